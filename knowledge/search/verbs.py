"""The regular forms of Spanish verbs, so that *viviendo* is not taken for a misspelt *vivienda*."""

_AR = (
    "ar o as a amos an aba abas abamos aban e aste aron ando ado ada ados adas are aras ara aran "
    "aremos aria arias arian es en emos arme arte arse arlo arla arle arnos arlos arlas arles"
)
_ER = (
    "o es e emos en ia ias iamos ian i iste io imos ieron iendo ido ida idos idas as a amos an "
    "iera ieran iendose"
)
_AFTER_INFINITIVE = ("", "e", "as", "a", "an", "emos", "ia", "ias", "ian", "me", "te", "se", "lo",
                     "la", "le", "nos", "los", "las", "les")  # fmt: skip
# "buscar" is written "busque", "pagar" "pague", "empezar" "empece".
_BEFORE_E = {"c": "qu", "g": "gu", "z": "c"}


def verb_forms(infinitive: str) -> set[str]:
    """Return the folded regular forms of a verb in -ar, -er or -ir; nothing for another word.

    >>> {"busque", "buscando", "buscarlo"} <= verb_forms("buscar")
    True
    """
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending == "ar":
        forms = {stem + suffix for suffix in _AR.split()}
        if stem and stem[-1] in _BEFORE_E:
            changed = stem[:-1] + _BEFORE_E[stem[-1]]
            forms |= {changed + suffix for suffix in ("e", "es", "en", "emos")}
        return forms
    if ending in ("er", "ir"):
        forms = {stem + suffix for suffix in _ER.split()}
        return forms | {infinitive + suffix for suffix in _AFTER_INFINITIVE} | {stem + "imos"}
    return set()
