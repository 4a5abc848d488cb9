"""What is read as danger, and as which; what only looks like it; however it is typed."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import Content, load_content
from bot.danger import examine, read

# A message → the category that must answer it.
DANGER = {
    "Ya no quiero vivir, nadie me necesita": "self_harm",
    "pienso en quitarme la vida cada noche": "self_harm",
    "quiero desaparecer para siempre": "self_harm",
    "no le veo sentido a la vida": "self_harm",
    "ya tengo lista la soga": "self_harm",
    "tengo pensamientos suicidas, bueno, pensamientos de muerte": "self_harm",
    "me voy a tirar del puente": "self_harm",
    "I don't want to be alive anymore": "self_harm",
    "im gonna kill myself tonight": "self_harm",
    "everybody would be better off without me": "self_harm",
    "bro i wanna die, ya no aguanto": "self_harm",
    "mi cuñado se quiere ahorcar": "self_harm_other",
    "mi hija dice que se va a cortar las venas": "self_harm_other",
    "my sister says she wants to die": "self_harm_other",
    "me tomé un frasco de pastillas": "overdose",
    "i just took a bunch of pills": "overdose",
    "mi papá no respira": "medical_emergency",
    "my wife is unconscious": "medical_emergency",
    "se le rompió la fuente a mi hermana": "medical_emergency",
    "mi esposo me golpea": "gbv",
    "vos, mi marido me pega cuando toma": "gbv",
    "abusaron de mí en el camino": "gbv",
    "me obliga a tener relaciones": "gbv",
    "my boyfriend beats me": "gbv",
    "i was raped": "gbv",
    "me van a matar si regreso": "violence_now",
    "nos quieren matar": "violence_now",
    "hay un hombre con pistola afuera de mi casa": "violence_now",
    "me vienen siguiendo": "violence_now",
    "mi hijo me pega": "violence_now",
    "they are going to kill us": "violence_now",
    "someone is following me": "violence_now",
    "i'm in danger": "violence_now",
    "los mareros me piden renta": "threat_extortion",
    "me amenazaron por mensaje": "threat_extortion",
    "tienen secuestrada a mi tía": "threat_extortion",
    "nos dieron 48 horas para irnos": "threat_extortion",
    "the gang is extorting us": "threat_extortion",
    "they gave us two days to leave": "threat_extortion",
    "me quitaron mis papeles y no me dejan salir de la finca": "trafficking",
    "me tienen encerrado": "trafficking",
    "la señora no me deja salir": "trafficking",
    "obligan a mi hermana a prostituirse": "trafficking",
    "my boss took my passport and won't let me leave": "trafficking",
    "they force me to have sex with men": "trafficking",
    "le pegan al niño con un palo": "child_danger",
    "el padrastro manosea a mi sobrina": "child_danger",
    "a mi niña la tocaron en la escuela": "child_danger",
    "he hits my kids": "child_danger",
    "my uncle touched my little girl": "child_danger",
    "mi niña desapareció": "missing_child",
    "se robaron a mi bebé": "missing_child",
    "my daughter is missing": "missing_child",
    "estoy temblando y tengo mucho miedo": "acute_distress",
    "i can't stop shaking": "acute_distress",
    # A child writes: the message for children, whatever the danger.
    "tengo 13 años y mi papá me pega": "child_user",
    "im 12 and my stepdad touches me": "child_user",
    "tengo 15 años y me quiero morir": "self_harm_child",
}  # fmt: skip

HARMLESS = [
    "me muero de hambre", "me muero de la risa jaja", "me muero por verte", "el calor me mata",
    "me matan los zapatos", "vamos a matar el tiempo", "seguro de vida",
    "busco seguro de vida barato", "me mato trabajando", "quiero matar las ratas de la casa",
    "mi teléfono se murió", "mi papá murió hace años", "mi abuelo se quitó la vida hace 30 años",
    "vi una serie donde lo matan", "en la película la secuestran", "me golpeó la crisis",
    "me pegó la gripe bien fuerte", "le pego al inglés", "se me pegó el arroz",
    "ahogado en deudas", "examen de sangre", "el tráfico me va a matar",
    "esa tarea me está matando", "quiero cortarme el pelo", "me colgaron el teléfono",
    "saltar la cuerda", "golpe de suerte", "no quiero vivir en la capital",
    "la renta está cara este mes", "cuánto es la cuota del curso", "me dieron 30 días para apelar",
    "en el aeropuerto me quitaron los papeles", "no me dejan sacar el pasaporte sin partida",
    "no encuentro la partida de mi hija", "mi hijo perdió su mochila",
    "el niño muerde a otros niños", "violaron mis derechos en el trabajo",
    "licencia de arma para guardia", "estoy temblando de frío", "i'm dying to see you",
    "dying of laughter", "killing time at the airport", "killed it at work",
    "my feet are killing me", "the homework is killing me", "my phone died", "i'm dead tired",
    "shoot me an email", "hit me up later", "that beats me", "flu shot near me", "life insurance",
    "drowning in paperwork", "my mom is going to kill me if i lose it", "i cut my finger cooking",
    "i want to cut my hair", "stuck in line forever", "i can't find my son's school records",
    "they won't let me enroll my kid without papers", "my kids got the flu",
]  # fmt: skip

SPELT = {  # as people type: shorthand, no accents, sounds alike
    "kiero morirme": "self_harm",
    "ya no kiero bibir": "self_harm",
    "me boy a matar": "self_harm",
    "toy pensando en aserme daño": "self_harm",
    "QUIERO SUISIDARME": "self_harm",
    "m kieren matar": "violence_now",
    "me ban a matar": "violence_now",
    "mi esposo m pega": "gbv",
    "me amenasaron d muerte": "violence_now",
    "me tienen enserrada": "trafficking",
    "no m dejan salir d aki": "trafficking",
    "desaparesio mi ija": "missing_child",
    "i dont wanna live": "self_harm",
    "hes gonna kill me": "violence_now",
    "MY HUSBAND HITS ME": "gbv",
    "nooooo quierooo vivirrr": "self_harm",
}

CONTENT = load_content()
BESIDE = [
    "gracias", "dónde saco mi DUI", "me muero de hambre", "jaja", "ok", "lol that killed me",
    "vi una película de terror", "how much is a passport", "seguro de vida", "hola 🙂", "2",
]  # fmt: skip


def plain(text: str) -> str:
    """Return `text` without accents; «ñ» becomes "n" as on a keyboard without it."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join(c for c in marked if not unicodedata.combining(c))


@pytest.mark.parametrize(("text", "category"), DANGER.items(), ids=DANGER)
def test_danger_is_answered_by_its_category(text: str, category: str, content: Content) -> None:
    assert read(text, content.danger) == category


@pytest.mark.parametrize("text", DANGER, ids=DANGER)
def test_accents_capitals_and_marks_make_no_difference(text: str, content: Content) -> None:
    for typed in (plain(text), text.upper(), plain(text).upper(), f"¡¡{text}!!", f"  {text}...\n"):
        assert read(typed, content.danger) == read(text, content.danger), typed


@pytest.mark.parametrize(("text", "category"), SPELT.items(), ids=SPELT)
def test_danger_is_read_as_people_type_it(text: str, category: str, content: Content) -> None:
    assert read(text, content.danger) == category


@pytest.mark.parametrize("text", HARMLESS, ids=HARMLESS)
def test_what_only_looks_like_danger_does_not_open_with_help(text: str, content: Content) -> None:
    for typed in (text, plain(text), text.upper()):
        found = examine(typed, content.danger)
        assert found.category is None, found


@settings(max_examples=400)
@given(
    st.sampled_from(sorted({*DANGER, *SPELT})),
    st.lists(st.sampled_from(BESIDE), min_size=1, max_size=4),
    st.sampled_from([". ", "\n", "!! ", "? "]),
    st.booleans(),
)
def test_what_is_said_beside_it_never_hides_danger(
    text: str, beside: list[str], mark: str, before: bool
) -> None:
    parts = [*beside, text] if before else [text, *beside]
    assert read(mark.join(parts), CONTENT.danger) is not None


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_any_text_is_read_and_an_equal_text_reads_equal(text: str) -> None:
    assert examine(text, CONTENT.danger) == examine(text, CONTENT.danger)


def test_a_phrase_is_not_found_across_two_sentences(content: Content) -> None:
    assert examine("no quiero vivir aquí", content.danger).phrase
    assert not examine("no quiero. vivir aquí es caro", content.danger).phrase


def test_past_and_long_over_is_no_alarm_and_now_is(content: Content) -> None:
    assert read("mi ex me pegaba hace diez años", content.danger) is None
    assert read("mi ex me pega", content.danger) == "gbv"


def test_a_reading_tells_which_phrase_was_found(content: Content) -> None:
    found = examine("oiga, mi esposo siempre me golpea", content.danger)
    assert found.phrase
    assert "golpea" in found.words
    assert not found.guessed


def test_a_man_who_is_threatened_is_not_sent_to_the_line_for_women(content: Content) -> None:
    book = content.danger
    for text in ("me van a matar", "mi esposa me pega", "me amenazaron", "mi hermano me golpea"):
        category = book.categories[read(text, book) or ""]
        assert "women" not in category.lines, text


def test_without_weights_the_phrases_still_work(content: Content) -> None:
    from dataclasses import replace

    from bot.danger.score import Scorer

    book = replace(content.danger, scorer=Scorer())
    for text, category in DANGER.items():
        if examine(text, content.danger).phrase:
            assert read(text, book) == category
    assert not examine("una pregunta sin peligro ninguno", book).concern
