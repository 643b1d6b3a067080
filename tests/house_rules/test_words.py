"""Everything shown or spoken stands in the French catalogue, in words that welcome, and well set."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from jinja2 import Environment, nodes

from contract.messages import DeskWord
from contract.symbols import SYMBOLS
from queue_server.domain.states import HELD
from queue_server.pages.view import FAULTS

from . import markup
from .catalogue import Entry, Word, asked_by_python, asked_by_template, entries
from .project import sources

FRENCH = "locales/fr/LC_MESSAGES/porte_ouverte.po"

# Words looked up by a code that is only known at run time: context -> the codes it may be asked for.
DYNAMIC: dict[str, Iterable[str]] = {
    "symbol": SYMBOLS,
    "desk": [word.value for word in DeskWord],
    "state": HELD,
    "duty": [*HELD, "available", "unavailable"],
    "opening": ["open", "closed"],
    "device": ["kiosk", "display", "voicemail"],
    "condition": [
        *(f"{part}_{fault}" for part, faults in FAULTS.items() for fault in faults),
        "ready",
        "silent",
    ],
}

GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
LETTER = re.compile(r"[^\W\d_]")
PLACEHOLDER = re.compile(r"%\((\w+)\)")
SHOWN_ATTRIBUTES = (
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
)
KEY_CAPS = frozenset("ADEHINOPRTV")  # the keys of the agents' page, shown as they are engraved
# The same in every language: the product's name, a technical one, an address of the server.
NOT_TRANSLATED = re.compile(r"\bPorte ouverte\b|\bAPI\b|(?<!\w)/[\w./-]+")

# Each has a welcoming word instead; the catalogue's reader finds it in docs/glossary.md.
FORBIDDEN = re.compile(
    r"\b(?:guichets?|suivante?s?|cliente?s?|usag(?:er|ère)s?|files? d['’]attente|absente?s?|refusée?s?"
    r"|déclinée?s?|messageries?|motifs?)\b",
    re.IGNORECASE,
)
PHONING_BACK = re.compile(r"\brappel(?:er\w*|ez|ons|le\w*|é\w*)\b", re.IGNORECASE)

STRAIGHT_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
HOUR_OR_ADDRESS = re.compile(r"(?<=\d):(?=\d)|(?<=\)s):(?=%\()|(?<=[a-z])://\S*")
CLOSING_SIGN = re.compile(rf"(?<=[^{NO_BREAK}?!])[:;?!»]")  # signs may follow each other (?!)
OPENING_SIGN = re.compile(rf"«(?![{NO_BREAK}])")


def untranslated(asked: set[Word], catalogue: list[Entry]) -> list[str]:
    """Say which words the catalogue lacks, or holds without their French."""
    full = {entry.word for entry in catalogue if all(entry.shown) and not entry.obsolete}
    return [f"no French for {_named(word)}: add it to {FRENCH}" for word in sorted(asked - full, key=str)]


def unasked(asked: set[Word], catalogue: list[Entry]) -> list[str]:
    """Say which entries nobody asks for."""
    idle = [entry.word for entry in catalogue if entry.obsolete or entry.word not in asked]
    return [f"nobody asks for {_named(word)}: take it out of {FRENCH}" for word in idle]


def careless(catalogue: list[Entry]) -> list[str]:
    """Say which entries are fuzzy, doubled, or fill in other values than they are given."""
    doubled = [word for word, times in Counter(entry.word for entry in catalogue).items() if times > 1]
    return [
        *(f"{_named(word)} stands twice" for word in doubled),
        *(f"{_named(entry.word)} is fuzzy: read it again" for entry in catalogue if entry.fuzzy),
        *(f"{_named(entry.word)} fills in other values" for entry in catalogue if _invents_values(entry)),
    ]


def _invents_values(entry: Entry) -> bool:
    # A plural form may leave the count out ("une personne"), so only unknown values are a fault there.
    given = set(PLACEHOLDER.findall(entry.word.id))
    shown = [set(PLACEHOLDER.findall(form)) for form in entry.shown if form]
    if len(entry.shown) > 1:
        return any(form - given - {"num"} for form in shown)
    return any(form != given for form in shown)


def _named(word: Word) -> str:
    return f"“{word.id}”" + (f" ({word.context})" if word.context else "")


def visible_words(path: str, template: str) -> list[str]:
    """Say which words a template shows without asking the catalogue."""
    shown = markup.read(template, without_translated=True)
    pieces = [(text.line, text.text) for text in shown.texts]
    for element in shown.elements:
        pieces += [(element.line, element.attributes.get(name, "")) for name in SHOWN_ATTRIBUTES]
    return [
        f"{path}:{line}: “{' '.join(words.split())}” is not in the catalogue: write {{% trans %}} around it"
        for line, words in pieces
        if _needs_french(words.replace(markup.VALUE, " "))
    ]


def _needs_french(words: str) -> bool:
    return words.strip() not in KEY_CAPS and LETTER.search(NOT_TRANSLATED.sub("", words)) is not None


def unfilled(path: str, template: str) -> list[str]:
    """Say which sentences of a template lack a value: Jinja fills them in at the call, and fails there."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template)
    return [
        f"{path}:{call.lineno}: “{text}” is not given {', '.join(sorted(lacking))} inside the parentheses"
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for text in _literals(call)
        if (lacking := set(PLACEHOLDER.findall(text)) - _given(call)) and call.dyn_kwargs is None
    ]


def _literals(call: nodes.Call) -> list[str]:
    return [
        given.value for given in call.args if isinstance(given, nodes.Const) and isinstance(given.value, str)
    ]


def _given(call: nodes.Call) -> set[str]:
    plural = isinstance(call.node, nodes.Name) and call.node.name.startswith("n")
    return {given.key for given in call.kwargs} | ({"num"} if plural else set())


def unwelcoming(entry: Entry) -> list[str]:
    """Return the forbidden words an entry shows."""
    shown = unicodedata.normalize("NFC", " ".join(entry.shown))
    found = FORBIDDEN.findall(shown)
    if entry.word.context != "phone":
        found += PHONING_BACK.findall(shown)
    return [f"{_named(entry.word)} says “{word}”: docs/glossary.md has the word instead" for word in found]


def badly_set(entry: Entry) -> Iterator[str]:
    """Say what French typography finds wrong in an entry."""
    for shown in entry.shown:
        if STRAIGHT_APOSTROPHE.search(shown):
            yield f"“{shown}” has a straight apostrophe: write ’"
        if CLOSING_SIGN.search(HOUR_OR_ADDRESS.sub("", shown)):
            yield f"“{shown}” has no NO-BREAK SPACE before : ; ? ! or »"
        if OPENING_SIGN.search(shown):
            yield f"“{shown}” has no NO-BREAK SPACE after «"


def _french() -> list[Entry]:
    return [entry for _, catalogue in sources(FRENCH) for entry in entries(catalogue)]


def _asked() -> set[Word]:
    python = sources("*.py", without=("tests/*", "benchmarks/*"))
    asked = {word for _, source in python for word in asked_by_python(source)}
    asked |= {word for _, template in sources("templates/*") for word in asked_by_template(template)}
    return asked | {Word(context, str(code)) for context, codes in DYNAMIC.items() for code in codes}


def _entry(shown: str, context: str | None = None, msgid: str = "id") -> Entry:
    return Entry(Word(context, msgid), (shown,), fuzzy=False, obsolete=False)


def test_a_word_without_french_is_seen() -> None:
    asked = {Word(None, "Open the door."), Word(None, "Come in."), Word("desk", "room")}
    catalogue = [_entry("Entrez.", msgid="Come in."), _entry("", msgid="Open the door.")]
    assert len(untranslated(asked, catalogue)) == 2


def test_an_entry_nobody_asks_for_is_seen() -> None:
    assert unasked({Word("desk", "room")}, [_entry("Salle", None, "room"), _entry("Salle", "desk", "room")])
    assert not unasked({Word("desk", "room")}, [_entry("Salle", "desk", "room")])


def test_words_are_found_in_python() -> None:
    source = (
        '_("One" " two")\ncatalogue().ngettext("a", "b", n)\nt.pgettext("phone", "Call back.")\n_(code)\n'
    )
    assert set(asked_by_python(source)) == {
        Word(None, "One two"),
        Word(None, "a"),
        Word("phone", "Call back."),
    }


def test_words_are_found_in_templates() -> None:
    template = (
        "{% trans %}Come in.{% endtrans %}{{ pgettext('phone', 'Call back.') }}"
        "{% trans trimmed n=2 %}\n  one\n{% pluralize %}\n  {{ n }} more\n{% endtrans %}"
    )
    assert set(asked_by_template(template)) == {
        Word(None, "Come in."),
        Word("phone", "Call back."),
        Word(None, "one"),
    }


def test_a_fuzzy_or_doubled_entry_is_seen() -> None:
    catalogue = 'msgid "a"\nmsgstr "à"\n\nmsgid "a"\nmsgstr "â"\n\n#, fuzzy\nmsgid "b"\nmsgstr "bé"\n'
    assert careless(entries(catalogue)) == ["“a” stands twice", "“b” is fuzzy: read it again"]


def test_an_entry_that_fills_in_another_value_is_seen() -> None:
    assert careless([_entry("Le %(numero)s", msgid="The %(number)s")])
    assert not careless([_entry("Le %(number)s", msgid="The %(number)s")])


def test_bare_words_in_a_template_are_seen() -> None:
    for offending in (
        "<p>Bonjour</p>",
        "<p>{{ n }} personnes</p>",
        '<img alt="Un soleil">',
        '<button aria-label="Fermer {{ x }}"></button>',
        '{% block attributes %} class="x" title="Fermer"{% endblock %}',
    ):
        assert visible_words("a.html", offending), offending
    for correct in (
        "<p>{% trans %}Hello{% endtrans %} {{ _('x') }} 47 · <kbd>E</kbd></p>",
        "<title>{{ _('x') }} · Porte ouverte</title>",
        '{% block attributes %} class="agents"{% endblock %}',
    ):
        assert not visible_words("a.html", correct), correct


def test_a_sentence_without_its_value_is_seen() -> None:
    assert unfilled("a.html", """{{ _("at %(hour)s") | format(hour=h) }}""")
    assert unfilled("a.html", """{{ ngettext("%(num)d %(what)s", "%(num)d %(what)s", n) }}""")
    assert not unfilled("a.html", """{{ _("at %(hour)s", hour=h) }}{{ ngettext("one", "%(num)d", n) }}""")


def test_an_unwelcoming_word_is_seen() -> None:
    for shown in (
        "Au suivant !",
        "Guichet 3",
        "La file d’attente",
        "Absente",
        "De\u0301cline\u0301",
        "Rappelez",
    ):
        assert unwelcoming(_entry(shown)), shown
    assert not unwelcoming(_entry("Rappelez après midi.", "phone"))
    assert not unwelcoming(_entry("Appel et rappel ; il refuse ; poursuivante"))


def test_careless_typography_is_seen() -> None:
    for shown in ("l'accueil", "De l’aide ?", "Ici!", "« Oui »", "Numéro : 47", "Ici: 47", "«Oui»"):
        assert list(badly_set(_entry(shown))), shown


def test_careful_typography_passes() -> None:
    careful = "l’accueil; Besoin d’aide~?; «~Oui~»; 13:30; %(hour)s:%(minute)s; Numéro~: 47; Quoi~?!; https://a.fr/?b"
    for shown in careful.split("; "):
        assert not list(badly_set(_entry(shown.replace("~", "\N{NO-BREAK SPACE}")))), shown


def test_every_word_has_its_french() -> None:
    found = untranslated(_asked(), _french())
    assert not found, "\n" + "\n".join(found)


def test_every_french_entry_is_asked_for() -> None:
    found = unasked(_asked(), _french())
    assert not found, "\n" + "\n".join(found)


def test_no_french_entry_is_careless() -> None:
    found = careless(_french())
    assert not found, "\n" + "\n".join(found)


def test_templates_show_no_word_of_their_own() -> None:
    found = [f for path, template in sources("templates/*") for f in visible_words(path, template)]
    assert not found, "\n" + "\n".join(found)


def test_every_sentence_of_a_template_is_given_its_values() -> None:
    found = [f for path, template in sources("templates/*") for f in unfilled(path, template)]
    assert not found, "\n" + "\n".join(found)


def test_no_french_entry_is_unwelcoming() -> None:
    found = [f for entry in _french() for f in unwelcoming(entry)]
    assert not found, "\n" + "\n".join(found)


def test_french_entries_are_well_set() -> None:
    found = [f for entry in _french() for f in badly_set(entry)]
    assert not found, "\n" + "\n".join(found)
