"""The second reader: what the bytes do, drawn; what it does not know, refused."""

import pytest
from PIL import Image, ImageChops, ImageOps

from kiosk.commands import Command, UnknownCommandError, commands
from kiosk.paper import MARGIN, WIDTH, draw, said
from kiosk.slip import Paper, Slip, picture_of, slip_bytes
from tests.kiosk.cast import MORNING

SLIP = slip_bytes(Slip(47, MORNING, "12 rue de la Gare, Bondy", 4), Paper())


def black_box(picture: Image.Image) -> tuple[int, int, int, int]:
    box = ImageOps.invert(picture.convert("L")).getbbox()
    assert box is not None
    return box


def test_a_slip_is_one_piece_of_paper_576_dots_wide() -> None:
    (piece,) = draw(SLIP)
    assert (piece.width, piece.mode) == (WIDTH, "1")


def test_the_picture_on_paper_is_the_picture_of_the_number() -> None:
    (piece,) = draw(b"\x1b@" + bytes(_raster(picture_of(47))))
    printed = piece.convert("L").crop(black_box(piece))
    assert ImageChops.difference(printed, picture_of(47)).getbbox() is None


def _raster(picture: Image.Image) -> bytes:
    job = slip_bytes(Slip(47, MORNING, "", None), Paper())
    raster = next(command for command in commands(job) if command.name == "raster")
    assert raster.values[2] == picture.height
    start = job.index(b"\x1dv0")
    return job[start : start + 8 + len(raster.data)]


def test_the_number_is_eight_times_higher_than_the_text() -> None:
    small, large = (
        black_box(draw(b"\x1db\x01" + size + b"47\n")[0]) for size in (b"\x1d!\x00", b"\x1d!\x77")
    )
    ratio = (large[3] - large[1]) / (small[3] - small[1])
    assert 7.5 < ratio < 8.5


def test_alignment_moves_the_line() -> None:
    lefts = [black_box(draw(b"\x1ba" + side + b"HHHH\n")[0])[0] for side in (b"\0", b"\1", b"\2")]
    assert lefts[0] < 12
    assert abs(lefts[1] - (WIDTH - 48) // 2) < 12
    assert WIDTH - 48 <= lefts[2] < WIDTH - 36


def test_a_long_line_goes_on_below() -> None:
    one, two = (draw(b"H" * count + b"\n")[0].height for count in (48, 49))
    assert two > one
    assert said(b"H" * 49 + b"\n") == ["H" * 48, "H"]


@pytest.mark.parametrize(
    ("page", "byte", "letter"),
    [(16, 0xE9, "é"), (16, 0x9C, "œ"), (2, 0x82, "é"), (19, 0xD5, "€"), (17, 0x8F, "П")],
)
def test_accents_are_read_in_the_page_that_was_chosen(page: int, byte: int, letter: str) -> None:
    assert said(b"\x1bt" + bytes([page, byte]) + b"\n") == [letter]


def test_feeding_moves_the_paper_and_nothing_else() -> None:
    base = draw(b"H\n")[0].height
    assert draw(b"H\n\x1bJ\x14")[0].height == base + 20
    assert draw(b"H\n\x1bd\x02")[0].height == base + 60
    assert draw(b"\x1b3\x28H\n\x1b2H\n")[0].height == 2 * MARGIN + 70


def test_bold_invert_underline_and_font_change_the_dots() -> None:
    plain = draw(b"HHH\n")[0].tobytes()
    for style in (b"\x1bE\x01", b"\x1dB\x01", b"\x1b-\x01", b"\x1bM\x01", b"\x1b!\x08", b"\x1b!\x30"):
        assert draw(style + b"HHH\n")[0].tobytes() != plain
    assert draw(b"\x1bE\x01\x1b@HHH\n")[0].tobytes() == plain


def test_each_cut_ends_a_piece_of_paper() -> None:
    assert len(draw(SLIP + SLIP)) == 2


def test_a_column_picture_and_stored_graphics_show_the_same_dots_as_a_raster() -> None:
    square = b"\xff" * 8
    raster = black_box(draw(b"\x1dv0\0\1\0\x08\0" + square)[0])
    graphics = b"\x1d(L\x12\0\x30\x70\x30\1\1\x31\x08\0\x08\0" + square + b"\x1d(L\2\0\x30\x32"
    assert black_box(draw(graphics)[0]) == raster
    large = b"\x1d8L\x12\0\0\0\x30\x70\x30\1\1\x31\x08\0\x08\0" + square + b"\x1d(L\2\0\x30\x32"
    assert black_box(draw(large)[0]) == raster
    assert black_box(draw(b"\x1b*\x21\x08\0" + b"\xff" * 24 + b"\n")[0]) == (0, MARGIN, 8, MARGIN + 24)


def test_a_raster_can_be_doubled_both_ways() -> None:
    box = black_box(draw(b"\x1dv0\3\1\0\x08\0" + b"\xff" * 8)[0])
    assert (box[2] - box[0], box[3] - box[1]) == (16, 16)


def test_a_qr_code_is_drawn_square() -> None:
    job = slip_bytes(Slip(47, MORNING, "", None), Paper(picture=False, link="https://example.org"))
    start = job.index(b"\x1d(k")
    box = black_box(draw(job[start:])[0])
    assert box[2] - box[0] == box[3] - box[1] == 25 * 4


def test_what_it_does_not_know_is_refused_with_its_place() -> None:
    with pytest.raises(UnknownCommandError, match="byte 2"):
        list(commands(b"AB\x1bp\x00\x19\x19"))
    for job in (b"\x1dV\x07", b"\x1d(k\3\0\x30\x43\3", b"\x1b*\x07\1\0\xff", b"\x1bM\x09", b"\x1bt\x63A"):
        with pytest.raises(UnknownCommandError):
            draw(job)


def test_a_job_cut_short_is_refused() -> None:
    with pytest.raises(UnknownCommandError, match="ends inside"):
        draw(SLIP[: SLIP.index(b"\x1dv0") + 40])


def test_a_status_question_prints_nothing() -> None:
    assert list(commands(b"\x10\x04\x04")) == [Command("ask", (4,))]
    assert draw(b"\x10\x04\x04") == []
