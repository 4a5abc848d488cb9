"""Spanish syllables, counted against words divided by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.syllables import count_syllables

# Divided as the spelling of the Academies divides them: «guion» and «pie» have one syllable,
# «prohi-bir» two, whatever some people say.
DIVIDED = """
a-bo-ga-da a-é-re-o a-e-ro-puer-to a-gua a-gu-do a-hí a-ho-gar a-ho-ra a-ho-rro ahu-mar ai-re
al-be-gue al-cal-dí-a al-co-hol al-guien an-ti-güe-dad a-po-yo a-ún aun-que a-ve-ri-guar
a-ve-ri-guáis a-yu-da a-yun-ta-mien-to ba-hí-a bi-lin-güe bou-le-vard buey bú-ho ca-ca-hua-te
ca-er ca-í-da ca-os car-né cau-sa ces-pe-des chi-hua-hua chi-i-ta ciu-dad ciu-da-da-no
co-a-hui-la co-he-te cohi-bir co-o-pe-rar cons-truí-do cons-tru-ye con-ti-nuáis con-ti-nú-a
cre-er crí-a cua-der-no cua-ren-ta cuauh-té-moc cuí-de-se de-nun-cia de-por-ta-ción de-sahu-cio
deu-da dí-a diá-lo-go diez dis-tri-bui-do do-cu-men-to dú-o e-cua-dor e-gre-sa-do em-ple-o
en-vié en-viéis en-ví-o es-cue-la es-ta-do eu-ro-pa e-xa-men ex-tran-je-ro fa-mi-lia far-ma-cia
fe-o flui-do frí-o fue fuer-za ga-nan-cia gra-tis gra-tui-to gua-te-ma-la guar-dia gue-rra guí-a
guion gui-ta-rra ha-cia ha-cí-a he-ro-e he-ro-í-na hie-le-ra hie-lo hi-jo hoy hom-bre hon-du-ras
hos-pi-tal hue-hue-te-nan-go hue-vo huí hui-da huir i-de-a i-dio-ma im-pues-to in-ge-nio
i-rí-ais je-sui-ta jó-ve-nes juez juz-ga-do la-úd le-er le-í-ais le-ón ley lí-ne-a
lin-güís-ti-co lu-nes ma-es-tro ma-íz ma-yo ma-yo-rí-a me-di-ci-na miau mie-do mien-tras
mi-gra-ción mí-o miér-co-les mue-re muy na-ci-mien-to ni-ñez ni-ño no-che o-a-xa-ca o-fi-ci-na
o-í-a o-í-do oi-go o-ír pa-ga-ré pa-ís pa-í-ses pa-pe-les pa-ra-no-ia par-ti-da pa-sa-por-te
pe-or pe-rí-o-do pia-no pie pin-güi-no po-e-ma po-li-cí-a pro-hí-be prohi-bir pro-te-ger que
quí-mi-ca quie-ro quién quin-ce ra-íz re-gis-tro re-hén re-ír re-ú-ne reu-nir rey rí-o ro-er
rui-do sa-lí-a-mos sa-lud sé sie-te so-cie-dad so-fá sois so-li-ci-tud sue-ño ta-húr te-hua-na
ten-dréis te-o-rí-a tí-a tiem-po to-a-lla tra-er tra-í-a trá-mi-te trein-ta u-ru-guay us-ted
va-cí-o va-cu-na ve-hí-cu-lo ven-ta-ni-lla ver-güen-za viu-da vi-vien-da y yo yu-ca
za-na-ho-ria zo-o-ló-gi-co
""".split()


def test_the_table_is_long_enough() -> None:
    assert len(set(DIVIDED)) >= 150


@pytest.mark.parametrize("divided", DIVIDED)
def test_a_word_has_the_syllables_that_a_person_counts(divided: str) -> None:
    parts = divided.split("-")
    assert count_syllables("".join(parts)) == len(parts)
    assert count_syllables("".join(parts).upper()) == len(parts)


@given(st.text())
def test_any_text_counts_for_at_least_one(text: str) -> None:
    assert count_syllables(text) >= 1


@given(st.lists(st.sampled_from(["ca", "tre", "pin", "blo", "mus"]), min_size=1, max_size=8))
def test_syllables_without_neighbouring_vowels_add_up(parts: list[str]) -> None:
    assert count_syllables("".join(parts)) == len(parts)
