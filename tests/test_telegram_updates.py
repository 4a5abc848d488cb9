"""What is read of Telegram's updates, and how our messages look there: no server needed."""

import json
from typing import Any

import pytest
from fake_telegram_people import person, private_chat
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_messages import keyboard, send_parameters, split_text
from bot.channels.telegram_updates import COMMANDS, NOTHING, Arrival, read_update
from bot.messages import Kind, Location, OutgoingMessage, ShownOption

CHAT = 4242


def an_update(content: dict[str, Any], kind: str = "message", **changes: Any) -> dict[str, Any]:
    message = {
        "message_id": 5,
        "date": 1_800_000_000,
        "chat": private_chat(CHAT),
        "from": person(CHAT, "en"),
        **content,
        **changes,
    }
    return {"update_id": 77, kind: message}


def test_a_text_keeps_id_text_and_language_and_no_name() -> None:
    arrival = read_update(an_update({"text": "perdí mi DUI"}))
    inbound = arrival.inbound
    assert inbound is not None
    assert (inbound.channel, inbound.user, inbound.address) == ("telegram", "4242", "4242")
    assert inbound.update_id == "77"
    assert inbound.message.kind is Kind.TEXT
    assert inbound.message.text == "perdí mi DUI"
    assert inbound.message.language == "en"
    assert "secret" not in repr(arrival).lower()


@pytest.mark.parametrize(("command", "option"), COMMANDS.items())
def test_a_command_is_the_option_of_its_name(command: str, option: str) -> None:
    for text in (f"/{command}", f"/{command.upper()}", f"/{command}@ventanilla_test_bot algo"):
        inbound = read_update(an_update({"text": text})).inbound
        assert inbound is not None
        assert (inbound.message.kind, inbound.message.option) == (Kind.OPTION, option)


def test_words_after_a_command_are_kept_to_be_read_for_danger() -> None:
    inbound = read_update(an_update({"text": "/persona ya no quiero vivir"})).inbound
    assert inbound is not None
    assert inbound.message.text == "ya no quiero vivir"


def test_a_command_nobody_knows_is_a_text() -> None:
    inbound = read_update(an_update({"text": "/pasaporte"})).inbound
    assert inbound is not None
    assert (inbound.message.kind, inbound.message.text) == (Kind.TEXT, "/pasaporte")


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "x", "width": 1, "height": 1}]},
        {"voice": {"file_id": "x", "duration": 3}},
        {"document": {"file_id": "x", "file_name": "acta.pdf"}},
        {"sticker": {"file_id": "x"}},
        {"contact": {"phone_number": "70001234", "first_name": "Ana"}},
        {"video_note": {"file_id": "x"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)
def test_what_is_not_text_is_known_by_its_kind_alone(content: dict[str, Any]) -> None:
    inbound = read_update(an_update(content)).inbound
    assert inbound is not None
    assert inbound.message.kind is Kind.OTHER
    assert inbound.message.text == ""
    assert "70001234" not in repr(inbound)


def test_the_words_beside_a_photo_are_kept_to_be_read_for_danger() -> None:
    inbound = read_update(an_update({"photo": [{}], "caption": "me quiere matar"})).inbound
    assert inbound is not None
    assert (inbound.message.kind, inbound.message.text) == (Kind.OTHER, "me quiere matar")


def test_a_location_and_a_place_give_coordinates() -> None:
    place = {"latitude": 13.69, "longitude": -89.22}
    for content in ({"location": place}, {"location": place, "venue": {"location": place}}):
        inbound = read_update(an_update(content)).inbound
        assert inbound is not None
        assert inbound.message.kind is Kind.LOCATION
        assert inbound.message.location == Location(13.69, -89.22)


def test_an_edited_text_is_a_new_message_and_a_moving_location_is_not() -> None:
    edited = read_update(an_update({"text": "pasaporte"}, "edited_message")).inbound
    assert edited is not None
    assert edited.message.text == "pasaporte"
    moving = {"location": {"latitude": 1.0, "longitude": 2.0, "live_period": 900}}
    assert read_update(an_update(moving, "edited_message")) == NOTHING


def test_a_tap_is_an_option_even_when_its_message_is_gone() -> None:
    query = {"id": "9", "from": person(CHAT), "data": "f:documents", "chat_instance": "1"}
    for message in (
        {"chat": private_chat(CHAT), "message_id": 3, "date": 0},
        {"chat": private_chat(CHAT), "message_id": 3, "date": 1_800_000_000, "text": "Menú"},
    ):
        arrival = read_update({"update_id": 8, "callback_query": {**query, "message": message}})
        assert arrival.tap == "9"
        assert arrival.inbound is not None
        assert arrival.inbound.message.option == "f:documents"


@pytest.mark.parametrize("data", [None, 7, "á" * 33])
def test_a_tap_without_usable_data_is_acknowledged_only(data: object) -> None:
    query = {"id": "9", "from": person(CHAT), "data": data, "message": an_update({})["message"]}
    assert read_update({"update_id": 8, "callback_query": query}) == Arrival(tap="9")


@pytest.mark.parametrize(
    ("status", "kind"), [("kicked", Kind.GONE), ("member", None), ("left", None)]
)
def test_only_a_block_ends_a_chat(status: str, kind: Kind | None) -> None:
    change = {
        "chat": private_chat(CHAT),
        "from": person(CHAT),
        "new_chat_member": {"status": status},
    }
    inbound = read_update({"update_id": 8, "my_chat_member": change}).inbound
    assert (inbound.message.kind if inbound else None) == kind


@pytest.mark.parametrize(
    "update",
    [
        an_update({"text": "hola"}, chat={"id": -100, "type": "supergroup", "title": "Grupo"}),
        an_update({"text": "hola"}, **{"from": {"id": 3, "is_bot": True}}),
        an_update({"pinned_message": {"message_id": 1}}),
        an_update({"text": "hola"}, "channel_post"),
        {"update_id": 8, "inline_query": {"id": "1", "query": "hola"}},
        {"update_id": 8},
        {"update_id": "8", "message": {}},
        {},
        [],
        None,
    ],
)
def test_what_does_not_concern_us_is_nothing(update: object) -> None:
    assert read_update(update) == NOTHING


FIELDS = (
    *("chat", "from", "id", "type", "text", "data", "location", "latitude", "longitude"),
    *("photo", "caption", "message", "new_chat_member", "status", "language_code"),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    content=json_values,
)
def test_no_update_whatever_its_shape_breaks_the_reader(kind: str, content: object) -> None:
    private = {"chat": {"id": 5, "type": "private"}}
    for value in (content, {**private, **content} if isinstance(content, dict) else content):
        arrival = read_update({"update_id": 8, kind: value})
        assert isinstance(arrival, Arrival)


def test_a_message_is_plain_text_without_previews() -> None:
    (call,) = send_parameters("4242", OutgoingMessage("Vea https://ejemplo.gob *hoy*"))
    assert call == {
        "chat_id": 4242,
        "text": "Vea https://ejemplo.gob *hoy*",
        "link_preview_options": {"is_disabled": True},
    }


def test_short_options_share_a_row_and_long_ones_do_not() -> None:
    labels = ("El Salvador", "Guatemala", "Honduras", "Perdí mi documento", "Sí", "No", "Menú")
    options = [ShownOption(f"o:{label}", label) for label in labels]
    rows = [[button["text"] for button in row] for row in keyboard(options)]
    assert rows == [
        ["El Salvador", "Guatemala"],
        ["Honduras"],
        ["Perdí mi documento"],
        ["Sí", "No"],
        ["Menú"],
    ]


@given(st.text(st.sampled_from("ab é.!?\n🌽"), max_size=300), st.integers(8, 60))
def test_a_long_text_is_cut_into_parts_that_fit_and_lose_no_word(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_sentences_and_its_buttons_come_last() -> None:
    text = "Vaya a la oficina. " * 300
    calls = send_parameters("1", OutgoingMessage(text, (ShownOption("w:menu", "Menú"),)))
    assert len(calls) == 2
    assert all(call["text"].endswith("oficina.") for call in calls)
    assert "reply_markup" not in calls[0]
    assert json.loads(json.dumps(calls[1]["reply_markup"])) == {
        "inline_keyboard": [[{"text": "Menú", "callback_data": "w:menu"}]]
    }
