"""No column, API property, form field or record can carry a reason, an identity or free text about a visitor.

Whatever could hold free text stands on a list below, with the reason why it may. A new one fails here until
somebody has argued for it. Names that smell of a reason or of an identity are refused even then, but for the
few in ``ARGUED_NAMES``.
"""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contract import messages

from . import markup
from .project import sources

# Columns that may hold text: table.column -> why.
TEXT_COLUMNS: dict[str, str] = {
    "site.code": "names a place",
    "site.name": "names a place",
    "site.address": "says where a place is",
    "site.time_zone": "a name of the IANA list",
    "site.opening": "a code: open or closed",
    "site.line": "a code: what callers are told",
    "desk.word": "a word of a closed list",
    "desk.mark": "a number or a letter, three signs at most",
    "desk.arrow": "a code: which way to walk",
    "agent.login": "staff: their account",
    "agent.first_name": "staff: what colleagues call them",
    "agent.password_hash": "staff: their account",
    "agent.profession": "staff: a code of a closed list",
    "agent_session.token_hash": "staff: their sign-in",
    "device.kind": "a code: kiosk, display or voicemail",
    "device.token_hash": "a device's key",
    "device.version": "which version a device runs, forty signs at most",
    "device.printer": "a code: how the printer is",
    "device.sound": "a code: how the sound is",
    "device.screen": "a code: how the screen is",
    "ticket.state": "a code of a closed list",
    "journal.action": "a code of a closed list",
    "journal.from_state": "a code of a closed list",
    "journal.to_state": "a code of a closed list",
}

# What is kept of a visit, whatever its type: a new column here is a new thing known about somebody.
VISIT_COLUMNS: dict[str, set[str]] = {
    "ticket": {
        "id", "site_id", "day", "number", "device_id", "taken_at", "arrived_at", "due", "place_at",
        "state", "step", "agent_id",
    },
    "journal": {
        "id", "site_id", "revision", "at", "ticket_id", "action", "from_state", "to_state",
        "agent_id", "desk_id",
    },
}  # fmt: skip

# Strings of the API that are neither an id, a date nor a code of a closed list -> why.
TEXT_PROPERTIES: dict[str, str] = {
    "Board.site": "a site's code",
    "Board.expected": "numbers as shown",
    "Call.label": "a number as shown",
    "Call.symbol": "a picture's code; a later server may have more",
    "Desk.mark": "a number or a letter, three signs at most",
    "DeviceStatus.version": "which version a device runs, forty signs at most",
    "Lease.site": "a site's code",
    "Problem.type": "which problem",
    "Problem.title": "a sentence of the catalogue",
    "Problem.detail": "a sentence of the catalogue",
    "Texts.name": "names a place",
    "Texts.address": "says where a place is",
    "Opening.time_zone": "a name of the IANA list",
    "Health.status": "a code: ready",
    "GET /api/v1/board?site": "a site's code",
    "POST /api/v1/tickets?authorization": "a device's key",
    "POST /api/v1/books?authorization": "a device's key",
    "POST /api/v1/devices/status?authorization": "a device's key",
}

# What forms send, by name -> why.
FORM_FIELDS: dict[str, str] = {
    "login": "staff: their account",
    "password": "staff: their account",
    "desk": "which desk the agent takes",
    "step": "the step that was seen",
}

SMELLS = frozenset({
    "reason", "reasons", "motive", "motif", "comment", "comments", "note", "notes", "name", "surname",
    "phone", "telephone", "mobile", "email", "mail", "birth", "birthday", "birthdate", "age",
    "nationality", "country", "origin", "language", "gender", "sex", "identity", "photo",
})  # fmt: skip
ARGUED_NAMES = frozenset({"site.name", "agent.first_name", "Texts.name"})
CLOSED_TYPES = (
    sa.Integer, sa.Numeric, sa.Float, sa.Boolean, sa.Date, sa.DateTime, sa.Time, sa.Interval,
    sa.Uuid, sa.Enum,
)  # fmt: skip
CLOSED_FORMATS = frozenset({"uuid", "date", "date-time", "time", "duration"})
RECORDS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "bind"})
TYPED_BY_HAND = frozenset({"textarea"})
SENT_BESIDE = re.compile(r"""["']([\w-]+)["']\s*:""")

Schema = dict[str, Any]


def text_columns(tables: sa.MetaData) -> set[str]:
    """Return the columns whose type leaves room for free text, or for anything at all."""
    columns = (column for table in tables.tables.values() for column in table.columns)
    return {f"{column.table.name}.{column.name}" for column in columns if not _is_closed(column.type)}


def _is_closed(kind: sa.types.TypeEngine[Any]) -> bool:
    plain = kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind
    return isinstance(plain, CLOSED_TYPES)


def visit_columns(tables: sa.MetaData) -> dict[str, set[str]]:
    """Return the columns of the tables that tell of a visit."""
    return {name: set(tables.tables[name].columns.keys()) for name in VISIT_COLUMNS if name in tables.tables}


def names_that_smell(names: set[str]) -> list[str]:
    """Return the names that have a word of a reason or of an identity in them, but for the argued ones."""
    return sorted(name for name in names - ARGUED_NAMES if SMELLS & set(_words(name)))


def _words(name: str) -> list[str]:
    last = re.split(r"[.?]", name)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last).lower().replace("-", "_").split("_")


def properties(document: Schema) -> dict[str, Schema]:
    """Return every property and parameter of an OpenAPI document, as ``Schema.property``."""
    found: dict[str, Schema] = {}
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        found |= _properties_of(name, schema)
    for path, operations in document.get("paths", {}).items():
        for verb, operation in operations.items():
            found |= _properties_of_operation(f"{verb.upper()} {path}", operation)
    return found


def _properties_of(name: str, schema: Schema) -> dict[str, Schema]:
    """A schema with properties stands for them; one without (an enumeration, a bare object) for itself."""
    own = {f"{name}.{key}": value for key, value in schema.get("properties", {}).items()}
    rest = schema.get("additionalProperties")
    if rest:
        own[f"{name}.*"] = rest if isinstance(rest, dict) else {}
    return own or ({} if schema.get("type") == "object" and rest is False else {name: schema})


def _properties_of_operation(name: str, operation: Schema) -> dict[str, Schema]:
    found = {f"{name}?{given['name']}": given.get("schema", {}) for given in operation.get("parameters", [])}
    for body in [operation.get("requestBody", {}), *operation.get("responses", {}).values()]:
        for media in body.get("content", {}).values():
            found |= _properties_of(name, media["schema"]) if media.get("schema") else {}
    return found


def holds_free_text(schema: Schema) -> bool:
    """Tell whether a property could hold any text: a string without a closed form, or no type at all."""
    if "$ref" in schema or "enum" in schema or "const" in schema:
        return False
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return any(holds_free_text(one) for one in schema[several])
    if schema.get("type") == "array":
        return holds_free_text(schema.get("items", {}))
    if schema.get("type") == "string":
        return schema.get("format") not in CLOSED_FORMATS
    return schema.get("type") not in ("integer", "number", "boolean", "null")


def text_properties(document: Schema) -> set[str]:
    """Return the properties that could hold free text."""
    return {name for name, schema in properties(document).items() if holds_free_text(schema)}


def form_fields(template: str) -> set[str]:
    """Return the names a page can send: its fields, and what htmx adds beside them."""
    elements = markup.read(template).elements
    named = {element.attributes["name"] for element in elements if _sends(element)}
    return named | {name for e in elements for name in SENT_BESIDE.findall(e.attributes.get("hx-vals", ""))}


def _sends(element: markup.Element) -> bool:
    return element.tag in ("input", "select", "textarea", "button", "output") and "name" in element.attributes


def free_writing(path: str, template: str) -> list[str]:
    """Say where a page invites to write freely."""
    return [
        f"{path}:{element.line}: <{element.tag}> invites to write freely: nothing free is kept"
        for element in markup.read(template).elements
        if element.tag in TYPED_BY_HAND or "contenteditable" in element.attributes
    ]


def telling_records(path: str, source: str) -> list[str]:
    """Say where a record could repeat what somebody sent: composed events, and values with a telling name."""
    return [
        f"{path}:{call.lineno}: {fault}"
        for call in ast.walk(ast.parse(source, path))
        if isinstance(call, ast.Call) and _is_record(call.func)
        for fault in _faults_of_record(call)
    ]


def _is_record(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in RECORDS:
        return False
    return isinstance(function.value, ast.Name) and re.search(r"log|record", function.value.id) is not None


def _faults_of_record(call: ast.Call) -> Iterator[str]:
    if any(not isinstance(given, ast.Constant) for given in call.args):
        yield "the event of a record is a fixed sentence: give values by name"
    telling = SMELLS | {"path", "url", "query", "body", "content", "headers", "payload", "request"}
    for value in call.keywords:
        if value.arg is None or value.arg in telling:
            yield f"the record may repeat what was sent ({value.arg or '**'}): leave it out"


def _tables() -> sa.MetaData:
    importlib.import_module("queue_server.storage.tables")
    sqlmodel = importlib.import_module("sqlmodel")
    tables: sa.MetaData = sqlmodel.SQLModel.metadata
    return tables


def _api(folder: Path) -> Schema:
    """Return what the server says of its own API, from a server that is never started."""
    settings = importlib.import_module("queue_server.settings").ServerSettings
    app = importlib.import_module("queue_server.app").create_app(
        settings(database=f"sqlite:///{folder}/x.db")
    )
    document: Schema = app.openapi()
    return document


def _wire() -> Schema:
    values = vars(messages).values()
    models = {value for value in values if isinstance(value, type) and issubclass(value, BaseModel)}
    said = models - {BaseModel, messages.Asked, messages.Told}
    _, schemas = models_json_schema([(model, "validation") for model in said])
    return {"components": {"schemas": schemas.get("$defs", {})}}


def _forms() -> set[str]:
    return {name for _, template in sources("templates/*") for name in form_fields(template)}


def _argue(found: set[str], argued: Mapping[str, str]) -> None:
    """Fail for what nobody has argued for, and for arguments about what is no more."""
    new, gone = sorted(found - argued.keys()), sorted(argued.keys() - found)
    assert not new, f"say why these may exist, or better, take them out: {', '.join(new)}"
    assert not gone, f"these are argued for, and do not exist: {', '.join(gone)}"


def _sample(name: str, kind: sa.types.TypeEngine[Any]) -> sa.MetaData:
    tables = sa.MetaData()
    sa.Table("ticket", tables, sa.Column("id", sa.Integer), sa.Column(name, kind))
    return tables


def test_a_column_with_room_for_text_is_seen() -> None:
    for kind in (sa.String(3), sa.Text(), sa.JSON(), sa.LargeBinary(), sa.PickleType(), sa.ARRAY(sa.Integer)):
        assert text_columns(_sample("x", kind)) == {"ticket.x"}, kind
    for closed in (sa.Integer(), sa.Uuid(), sa.Date(), sa.DateTime(), sa.Enum("waiting", "called")):
        assert not text_columns(_sample("x", closed)), closed


def test_a_new_column_about_a_visit_is_seen() -> None:
    assert visit_columns(_sample("urgency", sa.Integer()))["ticket"] != VISIT_COLUMNS["ticket"]


def test_a_name_that_smells_is_seen() -> None:
    smelling = {"ticket.reason_code", "Ticket.visitorName", "POST /tickets?birth-year", "site.phone"}
    assert set(names_that_smell(smelling | {"site.name", "ticket.number"})) == smelling


def test_a_property_with_room_for_text_is_seen() -> None:
    text: Schema = {"type": "string"}
    schemas = {
        "Ticket": {"properties": {"why": {"anyOf": [text, {"type": "null"}]}, "tags": {"items": text}}}
    }
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"extra": {}}}}}}
    operation = {"parameters": [{"name": "q", "schema": text}], "requestBody": body}
    document = {"components": {"schemas": schemas}, "paths": {"/tickets": {"post": operation}}}
    assert text_properties(document) == {
        "Ticket.why",
        "Ticket.tags",
        "POST /tickets?q",
        "POST /tickets.extra",
    }


def test_a_property_of_a_closed_form_passes() -> None:
    for schema in (
        {"type": "string", "format": "uuid"},
        {"enum": ["a"]},
        {"$ref": "#/x"},
        {"type": "integer"},
    ):
        assert not holds_free_text(schema), schema


def test_an_object_open_to_anything_is_seen() -> None:
    open_object = {"Ticket": {"type": "object", "additionalProperties": True}}
    assert text_properties({"components": {"schemas": open_object}}) == {"Ticket.*"}


def test_the_names_a_form_sends_are_seen() -> None:
    page = """<input name="why"><button name="x"><form hx-vals='{"note": "{{ n }}"}'>"""
    assert form_fields(page) == {"why", "x", "note"}


def test_free_writing_is_seen() -> None:
    assert free_writing("a.html", "<textarea>")
    assert free_writing("a.html", "<p contenteditable>")


def test_a_telling_record_is_seen() -> None:
    for offending in ("records.info(f'got {body}')", "log.warning('x', body=b)", "records.info('x', **sent)"):
        assert telling_records("kiosk/app.py", offending), offending
    assert not telling_records("kiosk/app.py", "records.info('board link lost', cause=type(error).__name__)")


def test_every_column_with_room_for_text_is_argued_for() -> None:
    _argue(text_columns(_tables()), TEXT_COLUMNS)


def test_what_is_kept_of_a_visit_is_what_was_agreed() -> None:
    assert visit_columns(_tables()) == VISIT_COLUMNS


def test_no_column_smells_of_a_reason_or_an_identity() -> None:
    tables = _tables().tables.values()
    columns = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    assert names_that_smell(columns) == []


def test_every_message_with_room_for_text_is_argued_for() -> None:
    assert text_properties(_wire()) <= TEXT_PROPERTIES.keys()
    assert names_that_smell(set(properties(_wire()))) == []


def test_every_property_of_the_api_with_room_for_text_is_argued_for(tmp_path: Path) -> None:
    _argue(text_properties(_api(tmp_path)), TEXT_PROPERTIES)


def test_no_property_of_the_api_smells_of_a_reason_or_an_identity(tmp_path: Path) -> None:
    assert names_that_smell(set(properties(_api(tmp_path)))) == []


def test_every_form_field_is_argued_for() -> None:
    _argue(_forms(), FORM_FIELDS)
    assert names_that_smell(_forms()) == []


def test_no_page_invites_to_write_freely() -> None:
    found = [f for path, template in sources("templates/*") for f in free_writing(path, template)]
    assert not found, "\n" + "\n".join(found)


def test_no_record_repeats_what_was_sent() -> None:
    python = sources("*.py", without=("tests/*", "benchmarks/*", "deploy/*"))
    found = [f for path, source in python for f in telling_records(path, source)]
    assert not found, "\n" + "\n".join(found)
