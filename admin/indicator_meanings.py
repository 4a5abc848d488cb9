"""What each indicator is called, how it is made, whence, and what nobody should read in it."""

from typing import NamedTuple

from flows.marking import N_

OF_GUIDE = N_("La guía de políticas de reintegración lo nombra. Dato: esta guía de servicios, hoy.")
OF_GUIDE_AND_CHAT = N_(
    "La guía de políticas de reintegración lo nombra. Dato: conversaciones de un mes completo."
)
OF_CHAT = N_("Propio de Ventanilla. Dato: conversaciones de un mes completo.")
OF_DIRECTORY = N_("Propio de Ventanilla. Dato: esta guía de servicios, hoy.")


class Meaning(NamedTuple):
    """The four sentences about an indicator, in Spanish."""

    title: str
    formula: str
    source: str
    not_said: str


MEANINGS = {
    "towns_with_office": Meaning(
        N_("Municipios con una oficina para personas retornadas"),
        N_("Municipios con al menos un servicio publicado de recepción, entre todos los "
           "municipios."),
        OF_GUIDE,
        N_("No dice si la oficina atiende bien, ni cuenta las que faltan en la guía."),
    ),
    "institutions_for_children": Meaning(
        N_("Instituciones para la niñez"),
        N_("Instituciones con al menos un servicio publicado para niñas, niños y adolescentes."),
        OF_GUIDE,
        N_("No dice cuántos niños y niñas atienden. Faltan las que nadie ha puesto en la guía."),
    ),
    "entries_verified": Meaning(
        N_("Servicios verificados"),
        N_("Servicios que alguien verificó dentro de su plazo, entre los servicios publicados."),
        OF_DIRECTORY,
        N_("Un servicio verificado puede haber cambiado ayer."),
    ),
    "questions_answered": Meaning(
        N_("Preguntas con respuesta"),
        N_("Mensajes escritos que tuvieron respuesta, entre todos los que preguntaban algo."),
        OF_CHAT,
        N_("No dice si la respuesta era la buena, ni si resolvió el problema."),
    ),
    "answers_helped": Meaning(
        N_("Satisfacción con las respuestas"),
        N_("Personas que dijeron «me sirvió», entre «me sirvió» y «no me sirvió»."),
        OF_GUIDE_AND_CHAT,
        N_("Casi nadie califica, y quien se enojó y se fue no está. No se pregunta donde puede "
           "haber peligro, ni a menores. Quien dijo las dos cosas cuenta dos veces."),
    ),
    "without_papers": Meaning(
        N_("Sin ningún papel, entre quienes usaron el camino de documentos"),
        N_("Personas que dijeron que no tienen ningún papel, entre quienes abrieron el camino "
           "«Papeles e identidad»."),
        OF_GUIDE_AND_CHAT,
        N_("No es la parte de toda la gente retornada: solo de quienes buscaron papeles aquí."),
    ),
}  # fmt: skip
