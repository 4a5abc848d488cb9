"""Every sentence the assistant says by itself, in Spanish; each is a gettext key.

Flows and articles bring their own words. To change a sentence, change it here and run
`make messages`: the translation is then marked for review, and people read Spanish until it is
done. Short sentences, *usted*, no blame, no promise.
"""


def N_(text: str) -> str:  # noqa: N802 - the gettext convention for "translate later"
    """Mark a sentence for extraction; it is translated when it is shown."""
    return text


# First contact: what this is, privacy in two sentences, language and country.
WELCOME = N_(
    "Hola. Soy Ventanilla, un programa de información para personas que regresan a "
    "El Salvador, Guatemala, Honduras o México, y para sus familias."
)
PRIVACY_IN_SHORT = N_(
    "No guardamos sus mensajes ni preguntamos su nombre; escriba «borrar» y olvidamos lo demás. "
    "Si usa Telegram u otra aplicación, esa empresa sí puede guardar el chat."
)
ASK_COUNTRY = N_("¿En qué país está o a cuál regresa?")
ASK_COUNTRY_FOR_ANSWER = N_("Los pasos cambian según el país. ¿A cuál se refiere?")
HOW_TO_ASK = N_("También puede escribir su pregunta con sus palabras.")
NOT_OUR_COUNTRY = N_(
    "Por ahora solo conozco los trámites de El Salvador, Guatemala, Honduras y México."
)
LANGUAGE_SET = N_("Bien, seguimos en español.")
ASK_LANGUAGE = N_("¿En qué idioma prefiere seguir?")

# The menu and getting around.
ASK_MENU = N_("¿En qué le ayudo?")
MENU_HINT = N_("Toque una opción, escriba su número o haga su pregunta.")
TOLD_ALREADY = N_("Tomo en cuenta lo que me contó: {option}.")
CONTINUE_WITH = N_("Seguimos con su pregunta anterior.")
NOTHING_BEFORE = N_("Ya está en el principio.")
FLOW_CHANGED = N_("Esa parte cambió desde la última vez. Empecemos desde el menú.")
OLD_BUTTON = N_("Ese botón es de una versión anterior. Estas son las opciones de ahora.")
NEXT_STEP = N_("¿Qué más necesita?")

# What people can do at any moment.
HELP = N_(
    "Puede escribir en cualquier momento: inicio, atrás, menú, idioma, persona, privacidad, "
    "mis datos, borrar o salir. Si hay peligro, llame ya al número de emergencia."
)
EXIT = N_("Listo. Cerré esta conversación. Si me necesita, escriba «hola».")
ERASED = N_(
    "Listo. Borré todo lo que guardaba de esta conversación. No puedo borrar la copia de su "
    "teléfono ni la de la empresa de la aplicación: borre también este chat."
)

# When something was not understood.
NOT_FOUND = N_("No encontré eso. Puede decirlo con otras palabras o elegir una opción.")
NOT_FOUND_AGAIN = N_("Perdón, todavía no le entiendo. Puede hablar con una persona:")
CHOOSE_ONE = N_("Elija una de las opciones, por favor.")
IS_IT_THIS = N_("¿Es esto lo que busca?")
EMPTY_MESSAGE = N_("No me llegó ningún texto. ¿Qué necesita?")
CANNOT_READ_THIS = N_(
    "Solo puedo leer texto y botones. No abrí ni guardé lo que mandó. Escríbame su pregunta, "
    "por favor."
)
TOO_LONG = N_("Ese mensaje es muy largo para mí. Escríbame lo principal en pocas líneas.")

# Places and offices.
SERVICES_HEADING = N_("Dónde ir o llamar:")
NO_SERVICES = N_("No tengo una oficina confirmada para esto. Pregunte en su alcaldía o municipio.")
NO_MORE_SERVICES = N_("No tengo más oficinas para esto.")
LOCATION_USED = N_("Gracias. Usé su ubicación solo para esta respuesta; no la guardé.")
LOCATION_WITHOUT_TOPIC = N_("Gracias. No guardé su ubicación. ¿Qué trámite u oficina busca?")
CALL_FIRST = N_("Sin confirmar: llame antes de ir.")
ASK_BEFORE_GOING = N_("Sin confirmar: pregunte antes de ir.")
SERVICE_HOURS = N_("Horario: {hours}")
SERVICE_PHONE = N_("Teléfono: {phone}")
SERVICE_WEB = N_("Web: {url}")
SERVICE_COST = N_("Costo: {cost}")
SERVICE_DISTANCE = N_("A unos {distance}")
WHOLE_COUNTRY = N_("Atiende a todo el país")

# The parts of an article.
PART_STEPS = N_("Qué hacer:")
PART_BRING = N_("Qué llevar:")
PART_COST = N_("Cuánto cuesta:")
PART_TIME = N_("Tiempo y horario:")
PART_WHO = N_("Quién puede:")
PART_WHERE = N_("Dónde:")
PART_GOOD_TO_KNOW = N_("Bueno saber:")
CONFIRM = N_("(confirme antes de ir)")
LOW_CONFIDENCE = N_("Estos datos no están confirmados. Pregunte antes de ir o de pagar.")
SOURCE_ONE = N_("Fuente: {sources}.")
SOURCE_MANY = N_("Fuentes: {sources}.")
SOURCE_UNDATED = N_("sin fecha")
CHECKED = N_("Revisado el {date}.")

# Buttons.
BUTTON_ENGLISH = "English"
BUTTON_SPANISH = "Español"
BUTTON_OTHER_COUNTRY = N_("Otro país")
BUTTON_MENU = N_("Menú")
BUTTON_BACK = N_("Atrás")
BUTTON_PERSON = N_("Hablar con una persona")
BUTTON_PRIVACY = N_("Privacidad")
BUTTON_MORE_OFFICES = N_("Más oficinas")
BUTTON_EXIT = N_("Salir")
BUTTON_CONTINUE = N_("Seguir")

# When the machine is at fault, not the person.
TROUBLE = N_("Ahora mismo tengo un problema técnico. Inténtelo otra vez en unos minutos.")
EMERGENCY_ALL = N_("Si hay peligro: El Salvador, Honduras y México 911; Guatemala 110.")

COUNTRY_NAMES = {
    "SV": N_("El Salvador"),
    "GT": N_("Guatemala"),
    "HN": N_("Honduras"),
    "MX": N_("México"),
}

# Opening hours in words.
DAY_NAMES = (
    N_("lunes"),
    N_("martes"),
    N_("miércoles"),
    N_("jueves"),
    N_("viernes"),
    N_("sábado"),
    N_("domingo"),
)
DAYS_FROM_TO = N_("{first} a {last}")
HOURS_FROM_TO = N_("de {opens} a {closes}")
OPEN_ALWAYS = N_("24 horas, todos los días")
AND = N_("y")

# Danger. A program says so (safety, S23); children are spoken to as «tú» (S20).
LIMITS = N_("Soy un programa: nadie lee esto en vivo y no puedo mandar ayuda.")
CONCERN = N_("¿Está en peligro ahora? Si es así, elija «Estoy en peligro».")
BUTTON_IN_DANGER = N_("Estoy en peligro")
NEXT_STEP_CHILD = N_("¿Qué quieres hacer?")
ASK_COUNTRY_CHILD = N_("¿En qué país estás?")

# Small talk: a short, decent reply that leads back. Kinds as in `knowledge/smalltalk.yaml`.
RATED_NOT_HELPED = N_(
    "Gracias por decirlo. Puede preguntar con otras palabras o hablar con una persona."
)
SMALL_TALK = {
    "thanks": N_("Con gusto. Aquí estoy si necesita algo más."),
    "greeting": N_("Buenas. Aquí estoy para ayudarle."),
    "goodbye": N_("Que le vaya bien. Si me necesita otra vez, escriba «hola»."),
    "agree": N_("Bien. Seguimos cuando guste."),
    "laugh": N_("Siempre ayuda reír un poco."),
    "compliment": N_("Gracias por decirlo. Qué bueno que le sirva."),
    "unhelped": RATED_NOT_HELPED,
    "insult": N_("Siento no haberle ayudado. Si prefiere, puede hablar con una persona."),
    "robot": N_("Soy Ventanilla, un programa. No soy una persona, y nadie lee esto en vivo."),
    "authority": N_(
        "No. No somos la migra ni la policía. No guardamos lo que escribe ni su nombre."
    ),
    "sorry": N_("No hay problema. Escriba con confianza."),
    "test": N_("Le leo bien. Puede hacer su pregunta."),
}

# The card of an office: open or not, how far, how old.
AT_TIME = N_("a las {time}")
AT_ONE = N_("a la {time}")
AT_MIDNIGHT = N_("a medianoche")
OPEN_NOW_ALWAYS = N_("Abierto ahora, las 24 horas.")
OPEN_NOW = N_("Abierto ahora, cierra {when}.")
CLOSES_SOON = N_("Abierto, pero cierra pronto: {when}.")
OPENS_TODAY = N_("Cerrado. Abre hoy {when}.")
OPENS_TOMORROW = N_("Cerrado. Abre mañana {when}.")
OPENS_ON_DAY = N_("Cerrado. Abre el {day} {when}.")
CLOSED_NOW = N_("Cerrado por ahora.")
CLOSED_HOLIDAY = N_("Hoy es feriado.")
SERVICE_ABOUT = N_("A unos {distance}, según su municipio")
SERVICE_ELSEWHERE = N_("En otro lugar: {department}")
SERVICE_PRIVATE = N_("Por seguridad no damos la dirección. Llame primero.")
SERVICE_BRING = N_("Lleve: {papers}")
SERVICE_LANGUAGES = N_("También atienden en {languages}")
SERVICE_ACCESS = N_("Acceso: {access}")
SERVICE_MAP = N_("Mapa: {url}")
SOURCE_DATE = N_("Dato de {date}.")
UNCONFIRMED = N_("Sin confirmar.")
UNCONFIRMED_DOUBTFUL = N_("Dato dudoso.")
VERIFIED = N_("Verificado el {date}.")
VERIFIED_AGEING = N_("Verificado el {date}; puede haber cambiado.")
VERIFIED_OLD = N_("Verificado el {date}: llame antes de ir.")
VERIFIED_OLD_ASK = N_("Verificado el {date}: pregunte antes de ir.")
CAUTION = {
    "closed": N_("Otras personas lo encontraron cerrado."),
    "moved": N_("Otras personas avisaron que ya no está ahí."),
    "phone": N_("Otras personas avisaron que el teléfono no sirve."),
}
# Language names in Spanish, as in «atienden en inglés».
SPOKEN = {
    "en": N_("inglés"),
    "cab": N_("garífuna"),
    "cak": N_("kaqchikel"),
    "kek": N_("q’eqchi’"),
    "mam": N_("mam"),
    "myn": N_("idiomas mayas"),
    "nah": N_("náhuatl"),
    "quc": N_("k’iche’"),
    "miq": N_("miskito"),
    "sgn": N_("lengua de señas"),
}

# What people say is wrong with an office.
BUTTON_REPORT = N_("¿Algo está mal?")
ASK_REPORT = N_("¿Qué está mal en esta oficina?")
REPORT_KINDS = {
    "closed": N_("Estaba cerrado"),
    "moved": N_("Ya no es ahí"),
    "phone": N_("El teléfono no sirve"),
}
REPORT_THANKS = N_("Gracias. Lo anotamos para que la oficina lo revise. No guardamos quién avisó.")

# Whether an answer helped.
BUTTON_HELPED = N_("Me sirvió")
BUTTON_NOT_HELPED = N_("No me sirvió")
RATED_HELPED = N_("Gracias por decirlo. Qué bueno que le sirvió.")

# Too many messages in a row; help in danger is given all the same.
TOO_MANY = N_("Recibí muchos mensajes seguidos. Espere un minuto y escriba otra vez, por favor.")
TOO_MANY_REQUESTS = N_("Llegaron muchas peticiones seguidas. Espere {seconds} segundos.")
REPORT_OTHER = N_("Otra oficina: {office}")
OFFICE_GONE = N_("Esa oficina ya no está en nuestra lista.")

# Which place, and which moment.
WHICH_PLACE = N_("¿Cuál {place}?")
WHICH_OF_THESE_PLACES = N_("¿Cuál de estos lugares?")
IS_IT_THIS_PLACE = N_("¿Quiso decir este lugar?")
OFFICES_NOW = N_("Así están en este momento:")
HOURS_UNKNOWN = N_("No tengo su horario.")
SAY_WHERE = N_("Escriba su municipio o comparta su ubicación para ver lo más cercano.")
OFFICES_ANEW = N_(
    "No guardo su ubicación. Compártala otra vez o escriba su municipio para ver lo más cercano."
)

# «Mis datos»: what is held of a chat, in words and as it is stored.
BUTTON_MY_DATA = N_("Mis datos")
DATA_IN_WORDS = N_("Esto es todo lo que guardo de esta conversación:")
DATA_LANGUAGE = N_("Idioma: {name}.")
DATA_PLACE = N_("Lugar: {place}.")
DATA_FLOW = N_("Tema en que va: {flow}.")
DATA_ANSWERS = N_("Sus respuestas: {answers}.")
DATA_ARTICLE = N_("Lo último que vio: {article}.")
DATA_SITUATIONS = N_("Lo que contó de paso: {situations}.")
DATA_COUNTED = N_("Que su visita ya está contada en los totales, para no contarla dos veces.")
DATA_RATED = N_("Respuestas que calificó, sin lo que dijo de ellas: {answers}.")
DATA_WAITING = N_("Respuestas que aún no le llegan: {count}.")
DATA_UNTIL = N_("Se borra solo el {date} si ya no escribe.")
DATA_NEVER = N_(
    "No está aquí lo que usted escribió, ni su nombre, ni su ubicación. Si avisó de una oficina, "
    "no anoté quién fue. Para borrar todo, escriba «borrar»."
)
DATA_AS_STORED = N_("Lo mismo, tal como está guardado:")
DATA_NOTHING = N_("No guardo nada de esta conversación.")
SITUATIONS = {
    "minor": N_("menos de 18 años"),
    "children": N_("hijas o hijos"),
    "pregnant": N_("embarazo"),
    "disability": N_("discapacidad"),
    "indigenous_language": N_("idioma indígena"),
    "lgbtiq": N_("diversidad sexual"),
    "record": N_("antecedentes"),
    "foreign_family": N_("familia extranjera"),
}
# A child's word changes nothing that is kept; children are spoken to as «tú» (S20).
REPORT_BY_CHILD = N_(
    "Gracias por avisar. Si tienes menos de 18 años no anoto nada: pide a una persona adulta que "
    "avise."
)

# What stays of an erasure, so that no backup undoes it.
ERASED_MARK = N_(
    "Por {days} días queda una marca, sin su nombre ni su número, para que una copia de respaldo "
    "no traiga esto de vuelta."
)
DATA_MARK = N_(
    "El {date} usted borró o cerró este chat. De eso queda una marca que no dice quién es usted, "
    "para que una copia de respaldo no lo traiga de vuelta. Se quita el {until}."
)

# What is said when whoever runs the service has given a name, or keeps questions.
OPERATED_BY = N_("Este servicio está a cargo de {operator}.")
CONTACT = N_("Para preguntas o reclamos sobre sus datos, fuera de este chat: {contact}.")
PRIVACY_WITH_DAYS = N_(
    "No guardamos sus mensajes ni preguntamos su nombre. Recordamos {days} días en qué paso va; "
    "escriba «borrar» y lo olvidamos, o «salir» y cerramos. "
    "Si usa Telegram u otra aplicación, esa empresa sí puede guardar el chat."
)
PRIVACY_WITH_QUESTIONS = N_(
    "No preguntamos su nombre. Recordamos {days} días en qué paso va; escriba «borrar» y lo "
    "olvidamos, o «salir» y cerramos. Si no tenemos respuesta, guardamos su pregunta {questions} "
    "días, sin nombres ni números y sin saber de quién es. "
    "Si usa Telegram u otra aplicación, esa empresa sí puede guardar el chat."
)
QUESTIONS_KEPT = N_(
    "Una excepción: si no tenemos respuesta, guardamos su pregunta {days} días, sin nombres ni "
    "números y sin saber de quién es. Nunca si hay peligro o si escribe un niño o una niña."
)
