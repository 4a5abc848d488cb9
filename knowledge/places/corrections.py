"""What the sources have wrong or not yet, corrected by hand; used only by `build.py`."""

# A number is that of GeoNames.
TOWN_NAMES = {
    "3586814": "Ciudad Delgado",
    "3583747": "San Francisco Gotera",
    "3598132": "Guatemala",
    "3589569": "San Raymundo",
    "3590399": "San Bartolo Aguas Calientes",
    "3591997": "San Juan Ostuncalco",
    "3601919": "San Manuel Colohete",
    "3589983": "San José Ojetenam",
    "3600026": "Puerto Cortés",
    "3615022": "Ahuas",
    "3613528": "Choluteca",
    "3514674": "Gustavo A. Madero",
    "3515001": "Tuxtla Gutiérrez",
    "3522507": "Oaxaca de Juárez",
    "3530589": "Ciudad Nezahualcóyotl",
}
# Mexico City is a whole department here; San Juan Ostuncalco is there twice.
DROPPED = frozenset({"3530597", "9975222"})
# San Martín and Tecoluca of El Salvador stand in another department than they are in: the code of
# the right one, and no coordinates. Samayac stands well and only says the wrong department.
WRONG_PLACES = {"3583471": "10", "3583009": "12"}
WRONG_DEPARTMENTS = {"3590567": "20"}
# Seats with another name than their municipality: country, department, municipality → town.
SEATS = {
    ("GT", "17", "Ayutla"): "3598129",
    ("GT", "14", "Ixcán"): "3591216",
    ("HN", "11", "Roatán"): "3602736",
    ("HN", "08", "Distrito Central"): "3600949",
    ("MX", "05", "Rincón Chamula San Pedro"): "3815772",
    ("MX", "12", "Las Vigas"): "3821997",
    ("MX", "12", "San Nicolás"): "3518214",
}
# The seats of Tlaxcala and Chiautempan are exchanged, and two towns are seats that are not.
MUNICIPALITY_OF_TOWN = {"3815415": "033", "3517742": "010", "3516472": "", "3516699": ""}
MUNICIPALITY_NAMES = {
    "MX.05.San Cristobal De Casas": "San Cristóbal de las Casas",
    "MX.26.Alamos": "Álamos",
    "HN.14.Nueva Ocotepeque": "Ocotepeque",
    "HN.05.San Pedro de Copán": "San Pedro",
    "GT.04.San Juan la Ermita": "San Juan Ermita",
    "GT.01.Santa Catarina La Tinta": "Santa Catalina La Tinta",
    "GT.01.Fray Bartolome de las Casas": "Fray Bartolomé de las Casas",
    "GT.14.Chicaman": "Chicamán",
    "GT.14.Ixcan": "Ixcán",
    "GT.09.Lívingston": "Livingston",
    "HN.13.San Marcos de Caiquin": "San Marcos de Caiquín",
    "HN.12.Santiago Puringla": "Santiago de Puringla",
}
# Municipalities younger than the list: Guerrero (2021 to 2023), Sinaloa (2023), San Luis Potosí
# (2024); as the official list of INEGI of October 2025 has them.
NEW_MUNICIPALITIES = (
    ("MX", "12", "Las Vigas"),
    ("MX", "12", "Ñuu Savi"),
    ("MX", "12", "San Nicolás"),
    ("MX", "12", "Santa Cruz del Rincón"),
    ("MX", "24", "Villa de Pozos"),
    ("MX", "25", "Eldorado"),
    ("MX", "25", "Juan José Ríos"),
)
