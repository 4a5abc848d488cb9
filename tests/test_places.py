"""Places as people type them when they are asked where: names, nicknames, typos, departments."""

import pytest

import knowledge.places
from knowledge.places import Place, find_places, place_of_area

# Typed text, country of the conversation, department and name of the place that it means.
TYPED = [
    line.split("|")
    for line in """
zacate|SV|La Paz|Zacatecoluca
Zacatecoluca||La Paz|Zacatecoluca
ZACATECOLUCA||La Paz|Zacatecoluca
Zacatecolca||La Paz|Zacatecoluca
sacatecoluca|SV|La Paz|Zacatecoluca
sakatekoluka|SV|La Paz|Zacatecoluca
zacatecoluca, la paz|SV|La Paz|Zacatecoluca
en el distrito de zacatecoluca|SV|La Paz|Zacatecoluca
sn salvador|SV|San Salvador|San Salvador
san salvador||San Salvador|San Salvador
sansalvador|SV|San Salvador|San Salvador
la capital|SV|San Salvador|San Salvador
colonia escalon, san salvador|SV|San Salvador|San Salvador
soya|SV|San Salvador|Soyapango
soyapngo|SV|San Salvador|Soyapango
sollapango|SV|San Salvador|Soyapango
cd delgado|SV|San Salvador|Ciudad Delgado
delgado|SV|San Salvador|Ciudad Delgado
tona|SV|San Salvador|Tonacatepeque
ayutux|SV|San Salvador|Ayutuxtepeque
los planes de renderos|SV|San Salvador|Panchimalco
santa tecla||La Libertad|Santa Tecla
sta tecla|SV|La Libertad|Santa Tecla
nueva san salvador||La Libertad|Santa Tecla
nva. san salvador|SV|La Libertad|Santa Tecla
lourdes colon|SV|La Libertad|Colón
opico|SV|La Libertad|San Juan Opico
puerto de la libertad|SV|La Libertad|La Libertad
antiguo cuscatlan|SV|La Libertad|Antiguo Cuscatlán
san miguel|SV|San Miguel|San Miguel
sn miguel|SV|San Miguel|San Miguel
santa ana|SV|Santa Ana|Santa Ana
sta. ana|SV|Santa Ana|Santa Ana
sonsonate||Sonsonate|Sonsonate
sonzonate|SV|Sonsonate|Sonsonate
ataco|SV|Ahuachapán|Concepción de Ataco
cara sucia|SV|Ahuachapán|San Francisco Menéndez
ahuachapan|SV|Ahuachapán|Ahuachapán
auachapan|SV|Ahuachapán|Ahuachapán
chalate|SV|Chalatenango|Chalatenango
coju|SV|Cuscatlán|Cojutepeque
cojutepec|SV|Cuscatlán|Cojutepeque
suchitoto||Cuscatlán|Suchitoto
usulutan|SV|Usulután|Usulután
uzulutan|SV|Usulután|Usulután
gotera|SV|Morazán|San Francisco Gotera
sensunte|SV|Cabañas|Sensuntepeque
ilobazco|SV|Cabañas|Ilobasco
la union|SV|La Unión|La Unión
santa rosa|SV|La Unión|Santa Rosa de Lima
el amatillo|SV|La Unión|Pasaquina
la paz este|SV|La Paz|La Paz Este
san salvador centro|SV|San Salvador|San Salvador Centro
sonsonate este|SV|Sonsonate|Sonsonate Este
departamento de la libertad|SV|La Libertad|La Libertad
jicalapa|SV|La Libertad|Jicalapa
guate|GT|Guatemala|Guatemala
la capital|GT|Guatemala|Guatemala
ciudad de guatemala||Guatemala|Guatemala
guatemala city||Guatemala|Guatemala
xela||Quetzaltenango|Quetzaltenango
xelajú|GT|Quetzaltenango|Quetzaltenango
shela|GT|Quetzaltenango|Quetzaltenango
quezaltenango|GT|Quetzaltenango|Quetzaltenango
ketzaltenango|GT|Quetzaltenango|Quetzaltenango
huehue|GT|Huehuetenango|Huehuetenango
gueguetenango|GT|Huehuetenango|Huehuetenango
huehetenango|GT|Huehuetenango|Huehuetenango
soloma|GT|Huehuetenango|San Pedro Soloma
barillas|GT|Huehuetenango|Barillas
la mesilla|GT|Huehuetenango|La Democracia
chimal|GT|Chimaltenango|Chimaltenango
chimaltenengo|GT|Chimaltenango|Chimaltenango
reu|GT|Retalhuleu|Retalhuleu
retaluleu|GT|Retalhuleu|Retalhuleu
mazate|GT|Suchitepéquez|Mazatenango
coban|GT|Alta Verapaz|Cobán
carcha|GT|Alta Verapaz|San Pedro Carchá
tecun uman|GT|San Marcos|Ayutla
san pedro sac|GT|Guatemala|San Pedro Sacatepéquez
san marcos guatemala||San Marcos|San Marcos
chichi|GT|Quiché|Chichicastenango
nebaj|GT|Quiché|Nebaj
santa cruz del quiche|GT|Quiché|Santa Cruz del Quiché
ixcan|GT|Quiché|Ixcán
antigua|GT|Sacatepéquez|Antigua Guatemala
toto|GT|Totonicapán|Totonicapán
pana|GT|Sololá|Panajachel
puerto barrios|GT|Izabal|Puerto Barrios
pto barrios|GT|Izabal|Puerto Barrios
el peten|GT|Petén|Petén
villa nueva|GT|Guatemala|Villa Nueva
jalapa|GT|Jalapa|Jalapa
tegus||Francisco Morazán|Tegucigalpa
tegucigalpa|HN|Francisco Morazán|Tegucigalpa
teguciglpa|HN|Francisco Morazán|Tegucigalpa
tegusigalpa|HN|Francisco Morazán|Tegucigalpa
distrito central|HN|Francisco Morazán|Distrito Central
comayaguela|HN|Francisco Morazán|Distrito Central
san pedro sula||Cortés|San Pedro Sula
san pedro|HN|Cortés|San Pedro Sula
sps|HN|Cortés|San Pedro Sula
san pdro sula||Cortés|San Pedro Sula
SAN PEDRO ZULA|HN|Cortés|San Pedro Sula
sampedro|HN|Cortés|San Pedro Sula
la lima|HN|Cortés|La Lima
lima|HN|Cortés|La Lima
choloma|HN|Cortés|Choloma
puerto cortez|HN|Cortés|Puerto Cortés
progreso|HN|Yoro|El Progreso
el progreso yoro|HN|Yoro|El Progreso
ceiba|HN|Atlántida|La Ceiba
la seiba|HN|Atlántida|La Ceiba
choluteca|HN|Choluteca|Choluteca
sigua|HN|Comayagua|Siguatepeque
santa rosa de copán||Copán|Santa Rosa de Copán
santa rosa|HN|Copán|Santa Rosa de Copán
gracias|HN|Lempira|Gracias
la esperanza|HN|Intibucá|La Esperanza
juti|HN|Olancho|Juticalpa
olancho||Olancho|Olancho
danli|HN|El Paraíso|Danlí
la mosquitia|HN|Gracias a Dios|Gracias a Dios
roatan|HN|Islas de la Bahía|Roatán
san antonio, copan|HN|Copán|San Antonio
san marcos, ocotepeque|HN|Ocotepeque|San Marcos
la paz|HN|La Paz|La Paz
cantarranas|HN|Francisco Morazán|San Juan de Flores
CDMX||Ciudad de México|Ciudad de México
df|MX|Ciudad de México|Ciudad de México
D.F.|MX|Ciudad de México|Ciudad de México
el defe|MX|Ciudad de México|Ciudad de México
mexico city||Ciudad de México|Ciudad de México
iztapalapa|MX|Ciudad de México|Iztapalapa
tj|MX|Baja California|Tijuana
tiguana|MX|Baja California|Tijuana
tijuana bc|MX|Baja California|Tijuana
gdl|MX|Jalisco|Guadalajara
mty|MX|Nuevo León|Monterrey
monterey|MX|Nuevo León|Monterrey
cd. juarez|MX|Chihuahua|Ciudad Juárez
ciudad juárez||Chihuahua|Ciudad Juárez
edo mex|MX|Estado de México|Estado de México
neza|MX|Estado de México|Ciudad Nezahualcóyotl
leon gto|MX|Guanajuato|León
gto|MX|Guanajuato|Guanajuato
slp|MX|San Luis Potosí|San Luis Potosí
victoria tamps|MX|Tamaulipas|Ciudad Victoria
gral escobedo|MX|Nuevo León|Ciudad General Escobedo
cd del carmen|MX|Campeche|Ciudad del Carmen
villahermosa|MX|Tabasco|Villahermosa
tapachula|MX|Chiapas|Tapachula
tapachula|SV|Chiapas|Tapachula
sancris|MX|Chiapas|San Cristóbal de las Casas
xalapa|MX|Veracruz|Xalapa
jalapa ver|MX|Veracruz|Xalapa
acapulco|MX|Guerrero|Acapulco de Juárez
oaxaca de juarez|MX|Oaxaca|Oaxaca de Juárez
michoacan|MX|Michoacán|Michoacán
nogales sonora|MX|Sonora|Nogales
""".strip().split("\n")
]


@pytest.mark.parametrize(("text", "country", "department", "name"), TYPED)
def test_a_place_is_found_as_people_type_it(
    text: str, country: str, department: str, name: str
) -> None:
    best = find_places(text, country or None).best
    assert best is not None
    assert (best.department, best.name) == (department, name)


def test_the_table_is_large() -> None:
    assert len(TYPED) >= 120


@pytest.mark.parametrize(
    ("text", "country", "departments"),
    [
        ("San Antonio", "HN", {"Copán", "Intibucá"}),
        ("la libertad", "GT", {"Petén", "Huehuetenango"}),
        ("el rosario", "SV", {"La Paz", "Cuscatlán", "Morazán"}),
        ("la paz", None, {"La Paz", "Baja California Sur"}),
        ("santa barbara", "GT", {"Huehuetenango", "Suchitepéquez"}),
        ("mexico", "MX", {"Estado de México", "Ciudad de México"}),
        ("veracruz", "MX", {"Veracruz"}),
        ("la capital", None, {"Ciudad de México", "Guatemala", "San Salvador"}),
    ],
)
def test_an_ambiguous_name_lists_its_departments_and_asks(
    text: str, country: str | None, departments: set[str]
) -> None:
    match = find_places(text, country)
    assert match.must_choose
    assert departments <= {place.department for place in match.places}


def test_la_libertad_of_el_salvador_is_a_department_or_a_port() -> None:
    match = find_places("La Libertad", "SV")
    assert match.must_choose
    assert {place.level for place in match.places} == {"department", "district"}
    assert find_places("municipio de La Libertad", "SV").sure
    assert find_places("departamento de La Libertad", "SV").places[0].level == "department"


def test_a_department_gives_way_to_its_main_town_and_is_still_listed() -> None:
    match = find_places("Santa Ana", "SV")
    assert match.sure
    assert [place.level for place in match.places] == ["district", "department"]


def test_the_country_of_the_conversation_comes_first() -> None:
    for country in ("SV", "GT", "HN", "MX"):
        best = find_places("san marcos", country).best
        assert best is not None
        assert best.country == country


def test_a_guess_from_a_distant_spelling_is_not_sure() -> None:
    match = find_places("zacatekolc", "SV")
    assert match.best is None or not match.sure


@pytest.mark.parametrize("text", ["", " ", "???", "xx", "asdfghjkl", "no se", "🏠", "12345"])
def test_what_is_no_place_finds_none(text: str) -> None:
    assert find_places(text).places == ()


def test_old_municipalities_of_el_salvador_know_their_new_one() -> None:
    best = find_places("nueva san salvador").best
    assert best is not None
    assert (best.name, best.municipality, best.level) == (
        "Santa Tecla",
        "La Libertad Sur",
        "district",
    )
    assert best.area == "SV/La Libertad/Santa Tecla"


def test_tegus_is_a_town_of_the_central_district() -> None:
    best = find_places("tegus", "HN").best
    assert best is not None
    assert best.area == "HN/Francisco Morazán/Distrito Central"
    assert best.label == "Tegucigalpa (Distrito Central), Francisco Morazán"


def test_a_department_stands_at_its_main_town() -> None:
    department, town = place_of_area("GT", "Petén"), place_of_area("GT", "Petén", "Flores")
    assert isinstance(department, Place)
    assert isinstance(town, Place)
    assert department.point == town.point
    assert department.area == "GT/Petén"


def test_no_more_places_than_wished() -> None:
    assert len(find_places("san jose", limit=2).places) == 2


def test_words_longer_than_any_name_are_no_place() -> None:
    for text in ("palabra" * 40, "x" * 4000, "en " + "palabra" * 40):
        for country in (None, "SV", "MX"):
            assert not find_places(text, country).sure
            assert not knowledge.places.places_in(text, country)
