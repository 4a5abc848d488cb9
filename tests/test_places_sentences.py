"""Places inside sentences, and sentences that only look as if they named one."""

import pytest

from knowledge.places import places_in

NAMED = [
    ("donde saco el dui en zacatecoluca", None, ["Zacatecoluca"]),
    ("donde saco el dui en zacatecolca", "SV", ["Zacatecoluca"]),
    ("DONDE SACO EL DUI EN SONSONATE", "SV", ["Sonsonate"]),
    ("ID office near San Pedro Sula", None, ["San Pedro Sula"]),
    ("id office near san pedro sula", None, ["San Pedro Sula"]),
    ("soy de Xela", None, ["Quetzaltenango"]),
    ("vivo en santa rosa de copán", None, ["Santa Rosa de Copán"]),
    ("estoy en san pdro sula", "HN", ["San Pedro Sula"]),
    ("pasaporte en zacate", "SV", ["Zacatecoluca"]),
    ("donde saco partida en sn miguel", "SV", ["San Miguel"]),
    ("hospital en Santa Tecla, La Libertad", "SV", ["Santa Tecla"]),
    ("vivo en la union", "SV", ["La Unión"]),
    ("oficina de la mujer en La Unión", "SV", ["La Unión"]),
    ("quiero ir a la capital", "SV", ["San Salvador"]),
    ("vivo en la paz", "HN", ["La Paz"]),
    ("me quedo en el municipio de la esperanza", "HN", ["La Esperanza"]),
    ("soy de progreso yoro", "HN", ["El Progreso"]),
    ("soy del progreso", "HN", ["El Progreso"]),
    ("vivo en san marcos ocotepeque", "HN", ["San Marcos"]),
    ("vivo en Gracias, Lempira", "HN", ["Gracias"]),
    ("hay casa del migrante en Gracias", "HN", ["Gracias"]),
    ("estoy en la frontera de corinto", "HN", ["Omoa"]),
    ("donde hay trabajo en tegus", "HN", ["Tegucigalpa"]),
    ("I live in tegucigalpa", None, ["Tegucigalpa"]),
    ("clinic near la ceiba", "HN", ["La Ceiba"]),
    ("from San Miguel El Salvador", None, ["San Miguel"]),
    ("cerca de coban", "GT", ["Cobán"]),
    ("no tengo pa la camioneta hasta huehue", "GT", ["Huehuetenango"]),
    ("vivo en la ciudad de guatemala", "GT", ["Guatemala"]),
    ("where can i get my dpi in quetzaltenango", None, ["Quetzaltenango"]),
    ("necesito ayuda en tj", "MX", ["Tijuana"]),
    ("vengo de monterrey", "SV", ["Monterrey"]),
    ("vivo en Tijuana y mi mama en Ciudad Juárez", "MX", ["Tijuana", "Ciudad Juárez"]),
    ("any groups in tijuana?", "MX", ["Tijuana"]),
    ("soy de oaxaca", "MX", ["Oaxaca"]),
    ("vivo en el estado de mexico", "MX", ["Estado de México"]),
    ("San Salvador", None, ["San Salvador"]),
    ("zacatecoluca dui", "SV", ["Zacatecoluca"]),
    ("cdmx", None, ["Ciudad de México"]),
]


@pytest.mark.parametrize(("message", "country", "names"), NAMED)
def test_a_sentence_names_its_places(message: str, country: str | None, names: list[str]) -> None:
    assert [match.places[0].name for match in places_in(message, country)] == names


@pytest.mark.parametrize("country", ["SV", "GT", "HN", "MX", None])
@pytest.mark.parametrize(
    "message",
    [
        "quiero salud",
        "necesito paz",
        "trabajo en construccion",
        "la libertad de mi hermano",
        "quiero vivir en paz",
        "mi hermano salió en libertad",
        "busco trabajo",
        "trabajo en el centro",
        "estoy en el refugio",
        "vivo en union libre",
        "me quede en la frontera",
        "gracias a dios",
        "muchas gracias",
        "en el nombre de dios",
        "quiero progreso para mi familia",
        "tengo esperanza de volver",
        "perdí la esperanza en la vida",
        "me llamo Guadalupe Flores",
        "mi mama se llama Dolores Morales",
        "hablo con Francisco Morales",
        "mi hermana victoria esta enferma",
        "nací en california",
        "mi tio esta en los angeles",
        "he lived in las vegas",
        "soy de guatemala",
        "regresé a honduras",
        "pasaporte de el salvador",
        "soy de mexico",
        "perdi mi dui",
        "no tengo dinero para comida",
        "me dieron un golpe en la mesa",
        "la reforma de la ley",
        "la escuela de mi hijo",
        "quiero tela para coser",
        "un kilo de limon y naranjas",
        "dolores de cabeza",
        "me tienen en la mira",
        "quiero trabajar en maquila",
        "vine con las manos vacias",
        "se hace rayones en los brazos",
        "mi nuera maltrata a mis nietecitos",
        "somos dos mujeres y nos tiraron piedras",
        "necesito un papel de la corte",
        "estudio en la noche",
        "help me please",
        "i am in the hospital",
        "¿?",
        "",
    ],
)
def test_an_ordinary_sentence_names_no_place(message: str, country: str | None) -> None:
    assert places_in(message, country) == ()


def test_a_capital_tells_a_place_from_a_word() -> None:
    assert places_in("hay oficina en Progreso", "HN")
    assert not places_in("hay que creer en progreso", "GT")


def test_an_ambiguous_place_in_a_sentence_is_asked() -> None:
    (match,) = places_in("voy para san antonio", "HN")
    assert match.must_choose
    (match,) = places_in("hay hospital en La Libertad", "SV")
    assert {place.level for place in match.places} == {"department", "district"}


def test_where_one_lives_comes_before_where_one_was() -> None:
    first, *_ = places_in("me agarraron por Reynosa pero vivo en Choloma", "HN")
    assert first.places[0].name == "Choloma"
