"""What Telegram shows of the assistant before the first message: name, description, commands.

Written only where it differs, since Telegram limits how often a profile may change; a failure is
logged and nothing else, because nobody's conversation depends on it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.phrases import N_
from locales.catalogs import SOURCE_LANGUAGE, Translator

log = structlog.get_logger(__name__)

# The name is read by whoever looks over a shoulder: it says nothing about why somebody writes.
NAME = "Ventanilla"
DESCRIPTION = N_(
    "Información sobre trámites, papeles y servicios en El Salvador, Guatemala, Honduras y México. "
    "Es un programa: no guarda sus mensajes ni pregunta su nombre. "
    "Si hay peligro, llame ya: El Salvador, Honduras y México 911; Guatemala 110."
)
# Where questions without an answer are kept, scrubbed, no more is promised than is true.
DESCRIPTION_WITH_QUESTIONS = N_(
    "Información sobre trámites, papeles y servicios en El Salvador, Guatemala, Honduras y México. "
    "Es un programa: no pregunta su nombre. "
    "Si hay peligro, llame ya: El Salvador, Honduras y México 911; Guatemala 110."
)
SHORT_DESCRIPTION = N_("Información sobre trámites, papeles y servicios. Gratis.")

# Command in Spanish, command in other languages, what it does.
COMMANDS = (
    ("menu", "menu", N_("Ver las opciones")),
    ("atras", "back", N_("Volver al paso anterior")),
    ("idioma", "language", N_("Cambiar el idioma")),
    ("persona", "person", N_("Hablar con una persona")),
    ("ayuda", "help", N_("Cómo se usa")),
    ("privacidad", "privacy", N_("Qué pasa con sus datos")),
    ("misdatos", "mydata", N_("Ver lo que guardamos")),
    ("borrar", "delete", N_("Borrar lo que guardamos")),
    ("salir", "exit", N_("Cerrar la conversación")),
)
DESCRIPTION_CHARS = 512
SHORT_DESCRIPTION_CHARS = 120


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile in one language, for Telegram's `code` ("" for everybody else)."""

    code: str
    name: str
    description: str
    short_description: str
    commands: tuple[tuple[str, str], ...]


def profiles(
    translators: Mapping[str, Translator], *, keeps_questions: bool = False
) -> tuple[Profile, ...]:
    """Return the Spanish profile for everybody and one for each language that differs from it."""
    told = DESCRIPTION_WITH_QUESTIONS if keeps_questions else DESCRIPTION
    spanish = _profile("", Translator(SOURCE_LANGUAGE), told)
    found = [spanish]
    for language, translator in translators.items():
        # Telegram knows languages by two letters; the others see Spanish there, not in the chat.
        if language == SOURCE_LANGUAGE or len(language) != 2:
            continue
        profile = _profile(language, translator, told)
        if profile.description != spanish.description:
            found.append(profile)
    return tuple(found)


def _profile(code: str, translator: Translator, description: str) -> Profile:
    return Profile(
        code=code,
        name=NAME,
        description=translator.text(description)[:DESCRIPTION_CHARS],
        short_description=translator.text(SHORT_DESCRIPTION)[:SHORT_DESCRIPTION_CHARS],
        commands=tuple(
            (other if code else spanish, translator.text(label))
            for spanish, other, label in COMMANDS
        ),
    )


async def update_profile(bot: Bot, wanted: tuple[Profile, ...]) -> None:
    """Bring the bot's profile to `wanted`; logs what did not work and never raises."""
    for profile in wanted:
        for part in (_commands, _name, _description, _short_description):
            await _attempt(part, bot, profile)


async def _attempt(
    part: Callable[[Bot, Profile], Awaitable[None]], bot: Bot, profile: Profile
) -> None:
    try:
        await part(bot, profile)
    except TelegramError as error:
        log.warning(
            "profile not updated",
            part=part.__name__.removeprefix("_"),
            language=profile.code or SOURCE_LANGUAGE,
            error=type(error).__name__,
        )


async def _commands(bot: Bot, profile: Profile) -> None:
    current = await bot.get_my_commands(language_code=profile.code)
    if [(c.command, c.description) for c in current] != list(profile.commands):
        commands = [BotCommand(command, label) for command, label in profile.commands]
        await bot.set_my_commands(commands, language_code=profile.code)


async def _name(bot: Bot, profile: Profile) -> None:
    if (await bot.get_my_name(language_code=profile.code)).name != profile.name:
        await bot.set_my_name(profile.name, language_code=profile.code)


async def _description(bot: Bot, profile: Profile) -> None:
    current = await bot.get_my_description(language_code=profile.code)
    if current.description != profile.description:
        await bot.set_my_description(profile.description, language_code=profile.code)


async def _short_description(bot: Bot, profile: Profile) -> None:
    current = await bot.get_my_short_description(language_code=profile.code)
    if current.short_description != profile.short_description:
        await bot.set_my_short_description(profile.short_description, language_code=profile.code)
