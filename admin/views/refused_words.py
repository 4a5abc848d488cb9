"""Why something about a person or a password is refused, in words."""

from flows.marking import N_
from knowledge.staff.members import Problem
from knowledge.staff.passwords import Weakness

PROBLEMS = {
    Problem.NOT_AN_EMAIL: N_("Escriba un correo completo, por ejemplo nombre@alcaldia.gob.sv."),
    Problem.TAKEN: N_("Ya hay una persona con ese correo. Búsquela en la lista."),
    Problem.UNKNOWN: N_("Esa persona ya no está en la lista."),
    Problem.LAST_ADMINISTRATOR: N_(
        "Es la última persona que administra. Primero dele esa función a otra."
    ),
    Problem.ONESELF: N_(
        "Nadie cambia su propia función o zona. Pídalo a otra persona que administra."
    ),
    Problem.OUTSIDE: N_("Esa zona está fuera de la suya. Elija una dentro de su zona."),
}
WEAKNESSES = {
    Weakness.TOO_SHORT: N_("Use 10 letras o más. Tres o cuatro palabras juntas sirven muy bien."),
    Weakness.TOO_LONG: N_("Use 200 letras o menos."),
    Weakness.COMMON: N_(
        "Esa contraseña es de las primeras que se adivinan. Junte tres o cuatro palabras al azar."
    ),
    Weakness.LIKE_ADDRESS: N_("No use su correo ni el nombre del programa. Pruebe otras palabras."),
}
