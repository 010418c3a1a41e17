"""The commands of semantic compression: what it takes, of a text, of a stream and over a channel; and files of texts in bytes and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ..errors import InputError
from ..record import Table
from .options import DIGITS, PARAMETER, SEED, WHOLE, Values, evolution_of, names_of, saying, with_model, without
from .output import Answer, Part, fields, named

_CHANNEL = "ldpc(3,6)"
_LEARNED = click.option("--learned", required=True, metavar="FILE", help="The list of learned skills, one to a line.")
_OUTPUT = click.option("-o", "--output", required=True, metavar="FILE", help="The file to write.")


@click.command()
@with_model(
    PARAMETER,
    click.option("--size", type=WHOLE, required=True, metavar="N", help="Number of skills."),
    click.option("--lossless-bits", metavar="B", help="Bits of the lossless code for a text; a polynomial in k, its number of skills."),
    click.option("--picks", default="uniform", metavar="HOW", help="How texts choose skills: uniform (default) or popularity."),
    click.option("--coder", type=WHOLE, metavar="T", help="Also send T fresh texts of a language with a real coder."),
    click.option("--stream", metavar="S", help="Also on how many of S texts to train (R left free)."),
    click.option("--erasure", metavar="E", help="Also send over a channel that erases bits with probability E."),
    click.option("--channel", metavar="MODEL", help=f"Model of the channel code (default {_CHANNEL})."),
    click.option("--length", type=WHOLE, default=10_000, metavar="N", help="Length of its blocks (default 10000)."),
    click.option("--message", type=WHOLE, default=1000, metavar="T", help="Texts of a message (default 1000)."),
    click.option("-o", "--output", metavar="FILE", help="Write bits against the letter: a figure (.svg, .pdf, .png) or a table (.csv)."),
    SEED,
    DIGITS,
)
def compress(model: Any, values: Values, **options: Any) -> Answer:
    """State what a text takes when a trained learner sends sets of skills, and where the gain jumps."""
    from ..theory.compression.compress import Compression

    evolution = evolution_of(model)
    free = sorted(names_of(evolution) - set(values))
    parameter = _checked(options, free)
    content: dict[str, Any] = dict.fromkeys((*Compression.measured(), "counts", "measured", "channel", "parameter", "jumps", "stop"))
    at_point = Answer({}, ()) if free else _at_point(evolution, values, options)
    along = Answer({}, ()) if parameter is None else _along_letter(evolution, parameter, without(values, parameter), options)
    return Answer({**content, **at_point.content, **along.content}, [*at_point.parts, *along.parts])


def _checked(options: dict[str, Any], free: list[str]) -> str | None:
    """Return the letter to solve for, if there is one; refuse options that need all letters bound, or one that varies."""
    if options["parameter"] is None and len(free) > 1:
        raise InputError("--parameter", f"must name the letter to solve for; {', '.join(free)} are free")
    parameter: str | None = options["parameter"] or (free[0] if free else None)
    if options["lossless_bits"] is None and (free or options["coder"] is None):
        raise InputError("--lossless-bits", "must be given, unless --coder measures it")
    for name in ("coder", "erasure"):
        if options[name] is not None and free:
            raise InputError(f"--{name}", f"needs every letter bound; {free[0]} is free", remedy=f"set {free[0]}")
    for name in ("stream", "output"):
        if options[name] is not None and parameter is None:
            raise InputError(f"--{name}", "needs a letter that varies", remedy="leave one free or name it by --parameter")
    if options["channel"] is not None and options["erasure"] is None:
        raise InputError("--channel", "needs --erasure")
    return parameter


def _at_point(evolution: Any, values: Values, options: dict[str, Any]) -> Answer:
    """Answer where every letter is bound: the rate, the coder beside it, and the channel."""
    from ..theory.compression.compress import compress as rate_of

    size, cost, picks = options["size"], options["lossless_bits"], options["picks"]
    coded = None if options["coder"] is None else _coded(evolution, values, options)
    rate = coded.theory if cost is None else rate_of(evolution, size, cost, picks=picks, digits=options["digits"], **values)  # type: ignore[union-attr]
    content = {**rate.to_dict(), "measured": None if coded is None else coded.to_dict()}
    parts: list[Part] = [fields(rate, *rate.measured())]
    if coded is not None:
        taken = f"{coded.bits:.8g} bits per text, {float(coded.theory.bits_per_text):.8g} by theory"
        parts.append(f"coder, {coded.texts} texts: {taken}, {coded.lossless:.8g} by zstd alone; {coded.understood:.6g} understood")
    if options["erasure"] is None:
        return Answer(content, parts)
    channel, sent = _sent(rate, options)
    told = {"threshold": channel.threshold.json(), "rate": channel.rate, "length": channel.length, "erasure": options["erasure"]}
    parts.append(f"channel code of length {channel.length}, rate {channel.rate:g}, threshold {channel.threshold}:")
    header = (named({"erasure": options["erasure"], "texts": options["message"]}), "bits per text", "blocks", "block lost", "arrives")
    numbers = {name: (way.channel_bits, way.blocks, way.block_lost, way.arrives) for name, way in sent.items()}
    parts.append(Table(header, [(name, *(f"{number:.8g}" for number in row)) for name, row in numbers.items()]))
    return Answer({**content, "channel": told | {name: way.to_dict() for name, way in sent.items()}}, parts)


def _coded(evolution: Any, values: Values, options: dict[str, Any]) -> Any:
    from ..present.validation.coding import code_texts

    seed = 1 if options["seed"] is None else options["seed"]
    with saying(texts="coder"):
        return code_texts(evolution, skills=options["size"], texts=options["coder"], picks=options["picks"], seed=seed, **values)


def _sent(rate: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the channel, and what becomes of a message on it, sent semantically and losslessly."""
    from ..model.presets import load_model
    from ..theory.compression.communication import erasure_channel

    code = load_model(options["channel"] or _CHANNEL)
    if code.has_classes or code.is_chain:
        raise InputError("--channel", "must have one topic, one class of skills and one type of texts", given=options["channel"])
    channel = erasure_channel(evolution_of(code), options["length"])
    with saying(texts="message"):
        return channel, channel.compare(rate, options["message"], options["erasure"])


def _along_letter(evolution: Any, parameter: str, others: Values, options: dict[str, Any]) -> Answer:
    """Answer along a letter: where the gain jumps and when to stop training; write the file that is asked for."""
    from ..theory.compression.compress import best_stop, gain_jumps

    size, cost, picks, stream = (options[name] for name in ("size", "lossless_bits", "picks", "stream"))
    jumps = gain_jumps(evolution, size, cost, parameter, picks=picks, digits=options["digits"], **others)
    stop = None if stream is None else best_stop(evolution, size, cost, stream, parameter, picks=picks, **others)
    if options["output"] is not None:
        from ..present.kit.compression import write_compression

        write_compression(evolution, parameter, others, size, cost, picks, options["output"])
    written = [
        {"value": value.json(), "enclosure": value.enclosure(), "before": before.to_dict(), "past": past.to_dict()}
        for value, before, past in jumps
    ]
    return Answer({"parameter": parameter, "jumps": written, "stop": stop and stop.to_dict()}, _told_along(parameter, jumps, stop))


def _told_along(parameter: str, jumps: list[Any], stop: Any) -> Iterator[str]:
    for value, *sides in jumps:
        before, past = (f"{side.bits_per_text} bits per text (gain {side.gain})" for side in sides)
        yield f"jump at {parameter}* = {value}: from {before} to {past}"
    if not jumps:
        yield "the gain does not jump"
    if stop:
        spent = f"train on {stop.texts:.8g} texts, {parameter} = {stop.ratio:.8g} ({stop.place})"
        yield f"of {stop.stream:g} texts {spent}: {stop.bits:.8g} bits per text in all, {stop.lossless_bits:.8g} losslessly"


@click.command()
@click.argument("texts")
@_LEARNED
@_OUTPUT
def encode(texts: str, learned: str, output: str) -> None:
    """Encode a file of texts with a list of learned skills.

    A skill is a whole number, from 0 to 2^31 - 1: of a corpus, say, the number of a word. A line of TEXTS holds the skills of one text with
    blanks between, as "17 3 204"; an empty line is a text without skills. The list has one skill to a line, the most popular first where
    that is known.
    """
    from ..coder.coder import SemanticCoder
    from ..coder.learned import read_learned, read_texts
    from ..writing import replacing

    coder = SemanticCoder(read_learned(learned))
    read = read_texts(texts)
    content = coder.encode(read)
    with replacing(output, "output") as path:
        path.write_bytes(content)
    understood = int(coder.learned.ranks(read)[0].sum())
    click.echo(f"{len(read)} texts, {understood} of them understood: {len(content)} bytes")


@click.command()
@click.argument("file")
@_LEARNED
@_OUTPUT
def decode(file: str, learned: str, output: str) -> None:
    """Decode what encode wrote, with the same list of learned skills."""
    from ..coder.coder import SemanticCoder
    from ..coder.learned import as_lines, read_file, read_learned
    from ..writing import replacing

    decoded = SemanticCoder(read_learned(learned)).decode(read_file(file))
    with replacing(output, "output") as path:
        path.write_bytes(as_lines(decoded))
    click.echo(f"{len(decoded)} texts")
