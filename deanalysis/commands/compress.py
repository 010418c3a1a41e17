"""The command that says what semantic compression takes, of a text, of a stream and over a channel."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from .options import DIGITS, JSON, PARAMETER, SEED, WHOLE, evolution_of, names_of, saying, with_model, without
from .output import named, print_json, print_rows, print_table

__all__ = ["compress"]

_CHANNEL = "ldpc(3,6)"


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
    JSON,
)
def compress(model: Any, values: dict[str, Any], as_json: bool, **options: Any) -> None:
    """State what a text takes when a trained learner sends sets of skills, and where the gain jumps."""
    evolution = evolution_of(model)
    free = sorted(names_of(evolution) - set(values))
    if options["parameter"] is None and len(free) > 1:
        raise InputError("--parameter", f"must name the letter to solve for; {', '.join(free)} are free")
    parameter = options["parameter"] or (free[0] if free else None)
    others = without(values, parameter)
    if options["lossless_bits"] is None and (free or options["coder"] is None):
        raise InputError("--lossless-bits", "must be given, unless --coder measures it")
    _check(options, free, parameter)
    content = _rates(evolution, values, free, options) | _along_letter(evolution, parameter, others, options)
    if as_json:
        print_json(content)
    else:
        _print(content, options)


def _check(options: dict[str, Any], free: list[str], parameter: str | None) -> None:
    """Refuse options that need all letters bound, or one that varies."""
    for name in ("coder", "erasure"):
        if options[name] is not None and free:
            raise InputError(f"--{name}", f"needs every letter bound; {free[0]} is free", remedy=f"set {free[0]}")
    for name in ("stream", "output"):
        if options[name] is not None and parameter is None:
            raise InputError(f"--{name}", "needs a letter that varies", remedy="leave one free or name it by --parameter")
    if options["channel"] is not None and options["erasure"] is None:
        raise InputError("--channel", "needs --erasure")


def _rates(evolution: Any, values: dict[str, Any], free: list[str], options: dict[str, Any]) -> dict[str, Any]:
    """Return what holds where every letter is bound: the rate, the coder beside it, and the channel."""
    from ..theory.compression.compress import Compression
    from ..theory.compression.compress import compress as rate_of

    if free:
        return dict.fromkeys((*Compression.measured(), "counts", "measured", "channel"))
    coded = None if options["coder"] is None else _coded(evolution, values, options)
    cost, given = options["lossless_bits"], {"picks": options["picks"], "digits": options["digits"]}
    if cost is None:
        assert coded is not None
        found = coded.theory
    else:
        found = rate_of(evolution, options["size"], cost, **given, **values)
    content = found.to_dict() | {"measured": None if coded is None else coded.to_dict()}
    return content | {"channel": None if options["erasure"] is None else _sent(found, options)}


def _coded(evolution: Any, values: dict[str, Any], options: dict[str, Any]) -> Any:
    from ..present.validation.coding import code_texts

    seed = 1 if options["seed"] is None else options["seed"]
    with saying(texts="coder"):
        return code_texts(evolution, skills=options["size"], texts=options["coder"], picks=options["picks"], seed=seed, **values)


def _sent(found: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of a message on the channel, sent semantically and losslessly."""
    from ..model.presets import load_model
    from ..theory.compression.communication import erasure_channel
    from ..theory.facades.density_evolution import DensityEvolution

    code = load_model(options["channel"] or _CHANNEL)
    if code.has_classes:
        raise InputError("--channel", "must have one class of skills and one type of texts", given=options["channel"])
    channel = erasure_channel(DensityEvolution(code.ensemble, code.learner), options["length"])
    with saying(texts="message"):
        sent = channel.compare(found, options["message"], options["erasure"])
    threshold = {"threshold": channel.threshold.json(), "rate": channel.rate, "length": channel.length, "erasure": options["erasure"]}
    return threshold | {name: one.to_dict() for name, one in sent.items()}


def _along_letter(evolution: Any, parameter: str | None, others: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return where the gain jumps in a letter and when to stop training, and write the file that is asked for."""
    from ..theory.compression.compress import gain_jumps
    from ..theory.compression.stopping import best_stop

    if parameter is None:
        return {"parameter": None, "jumps": None, "stop": None}
    size, cost, picks = options["size"], options["lossless_bits"], options["picks"]
    found = gain_jumps(evolution, size, cost, parameter, picks=picks, digits=options["digits"], **others)
    jumps = [
        {"value": value.json(), "enclosure": value.enclosure(), "before": before.to_dict(), "past": past.to_dict()}
        for value, before, past in found
    ]
    stop = options["stream"]
    stopped = None if stop is None else best_stop(evolution, size, cost, stop, parameter, picks=picks, **others).to_dict()
    if options["output"] is not None:
        from ..present.kit.compression import write_compression

        write_compression(evolution, parameter, others, size, cost, picks, options["output"])
    return {"parameter": parameter, "jumps": jumps, "stop": stopped}


def _print(content: dict[str, Any], options: dict[str, Any]) -> None:
    from ..theory.compression.compress import Compression

    if content["understood"] is not None:
        print_rows([(name, "none" if content[name] is None else content[name]) for name in Compression.measured()])
    for jump in content["jumps"] or []:
        before, past = (f"{jump[side]['bits_per_text']} bits per text (gain {jump[side]['gain']})" for side in ("before", "past"))
        click.echo(f"jump at {content['parameter']}* = {jump['value']}: from {before} to {past}")
    if content["jumps"] == []:
        click.echo("the gain does not jump")
    if content["stop"]:
        one = content["stop"]
        spent = f"train on {one['texts']:.8g} texts, {content['parameter']} = {one['ratio']:.8g} ({one['place']})"
        click.echo(f"of {one['stream']:g} texts {spent}: {one['bits']:.8g} bits per text in all, {one['lossless_bits']:.8g} losslessly")
    if content["measured"]:
        one = content["measured"]
        taken = f"{one['bits']:.8g} bits per text, {one['theory']['bits_per_text']:.8g} by theory"
        click.echo(f"coder, {one['texts']} texts: {taken}, {one['lossless']:.8g} by zstd alone; {one['understood']:.6g} understood")
    if content["channel"]:
        one = content["channel"]
        click.echo(f"channel code of length {one['length']}, rate {one['rate']:g}, threshold {one['threshold']}:")
        header = (named({"erasure": one["erasure"], "texts": str(options["message"])}), "bits per text", "blocks", "block lost", "arrives")
        rows = [(name, *_sent_row(one[name])) for name in ("semantic", "lossless")]
        print_table(header, rows)


def _sent_row(sent: dict[str, float]) -> tuple[str, ...]:
    numbers = (sent[name] for name in ("channel_bits", "blocks", "block_lost", "arrives"))
    return tuple(f"{number:.8g}" for number in numbers)
