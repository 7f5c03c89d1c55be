"""``clearpost model list`` and ``clearpost model use``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from bot.cli.app import app, progress_bar, tell

models: Final = typer.Typer(
    help="The encoder that tells questions apart: which are here, and choosing one.",
    short_help="List and choose the encoder.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    rich_markup_mode=None,
)
app.add_typer(models, name="model")


@models.callback()
def options(context: typer.Context) -> None:
    """Show what there is where no command is given."""
    if context.invoked_subcommand is None:
        tell(context.get_help())
        raise typer.Exit(2)


@models.command("list", short_help="Show the known models and which one is in use.")
def list_models() -> None:
    """Show the known models, which of them are on this machine, and which is in use."""
    from bot.settings import load_settings
    from knowledge.model_install import installed
    from knowledge.weights import KNOWN_MODELS

    settings = load_settings()
    for model in KNOWN_MODELS.values():
        marks = ["in use"] if model.name == settings.chosen_model else []
        marks.append("here" if installed(model, settings.models) else f"fetched by: clearpost model use {model.name}")
        print(f"{model.name:20} {model.dimensions:4} dimensions {model.megabytes:4} MB  {', '.join(marks)}")
    if settings.chosen_model not in KNOWN_MODELS:
        print(f"{settings.chosen_model}  in use, from its folder")


@models.command("use", short_help="Install a model and use it.")
def use_model(
    name: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="A name from 'clearpost model list', or a sentence-transformers folder."),
    ],
    compare: Annotated[bool, typer.Option(help="Ask both models the test half and show what each costs.")] = True,
) -> None:
    """Install a model, rebuild the index with it, and compare it with the one before."""
    from bot import wiring
    from bot.measure import compare_models
    from bot.settings import load_settings, write_choice
    from knowledge.calibrate import calibrate
    from knowledge.encoder import SentenceEncoder
    from knowledge.errors import EncoderError
    from knowledge.model_install import install
    from knowledge.pack import DEFAULT_PACK, Pack
    from knowledge.search.calibration import calibration_path, find_calibration

    settings = load_settings()
    before = settings.chosen_model
    encoder = SentenceEncoder(install(name, settings.models, tell))
    own = settings.data / "calibrations"
    try:
        find_calibration(encoder, own)
    except EncoderError:
        tell(f"calibrating {name} on the labelled questions; this takes some minutes")
        calibrate(encoder, Pack.at(DEFAULT_PACK), wiring.today(), tell).write(calibration_path(own, encoder))
    write_choice(settings.data, name)
    chosen = settings.model_copy(update={"model": name})
    with progress_bar("building the index") as bar:
        wiring.ensure_index(chosen, encoder, bar)
    print(f"{name} is in use")
    if settings.model and settings.model != name:
        tell(f"CLEARPOST_MODEL is set to {settings.model} and goes before this choice; unset it")
    if compare and before != name:
        print(compare_models(settings, [before, name], tell))


__all__ = ["list_models", "models", "options", "use_model"]
