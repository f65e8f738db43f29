"""The matrix of roles, typed here by hand: a wrong file must not be able to agree with itself."""

import json
import tomllib
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from calltape.core.errors import BadSpec
from calltape.core.roles import ROLES, Role, RoleScheme, read_roles

pytestmark = pytest.mark.example

SPECS = files("calltape.specs")
TEXT = SPECS.joinpath("roles.toml").read_text("utf-8")

NAMES = """
turnVideoOn unmuteMic shareScreen removeParticipant hangUpForEveryOne addCommunicationUser addTeamsUser
addPhoneNumber manageLobby spotlightParticipant removeParticipantsSpotlight blurBackground
startLiveMeetingCaptions startLiveCallingCaptions setCaptionLanguage raiseHand pstnDialOut muteOthers
useReactions viewAttendeeNames startTogetherMode joinBreakoutRooms forbidOthersAudio forbidOthersVideo
realTimeText
"""

ROOM = {  # Presenter, Attendee, Consumer, Collaborator, as the table of rooms has them
    "turnVideoOn": "yyny",
    "unmuteMic": "yyny",
    "muteOthers": "ynnn",
    "startLiveCallingCaptions": "yyyy",
    "addCommunicationUser": "ynnn",
    "removeParticipant": "ynnn",
    "shareScreen": "ynny",
    "pstnDialOut": "ynnn",
}
COLUMNS = (Role.PRESENTER, Role.ATTENDEE, Role.CONSUMER, Role.COLLABORATOR)


def test_the_file_keeps_to_its_schema() -> None:
    schema = json.loads(SPECS.joinpath("schemas/roles.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tomllib.loads(TEXT))


def test_the_names_are_the_25_of_the_feature_in_its_order() -> None:
    assert ROLES.capabilities == tuple(NAMES.split())
    assert len(ROLES.capabilities) == 25


@pytest.mark.parametrize("name", ROOM)
def test_rooms_go_by_the_documented_table(name: str) -> None:
    grant = ROLES.grants[RoleScheme.ROOM, name]
    assert "".join("y" if role in grant.may else "n" for role in COLUMNS) == ROOM[name]
    assert grant.is_documented


def test_the_rows_of_the_rooms_table_agree_with_the_capabilities() -> None:
    assert len(ROLES.room_rights) == 19
    about = [(may, name) for _, may, name in ROLES.room_rights if name]
    assert {name for _, name in about} >= set(ROOM)
    for may, name in about:
        assert ROLES.grants[RoleScheme.ROOM, name].may == may, name


@pytest.mark.parametrize("name", ["manageLobby", "hangUpForEveryOne", "addTeamsUser", "joinBreakoutRooms"])
def test_what_rooms_do_not_have(name: str) -> None:
    assert (RoleScheme.ROOM, name) not in ROLES.grants


def test_the_lobby_is_managed_by_three_roles() -> None:
    grant = ROLES.grants[RoleScheme.MEETING, "manageLobby"]
    assert grant.may == {Role.ORGANIZER, Role.CO_ORGANIZER, Role.PRESENTER}


def test_dialling_out_needs_the_rooms_leave() -> None:
    needing = {name for (kind, name), g in ROLES.grants.items() if g.needs_pstn_dial_out and kind == "room"}
    assert needing == {"pstnDialOut", "addPhoneNumber"}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("kinds = ", "is not TOML"),
        ("", "malformed at 'kinds'"),
        (TEXT.replace('default = "Attendee"', 'default = "King"', 1), "malformed at 'King'"),
        (
            TEXT.replace(
                'may = ["Presenter", "Attendee", "Collaborator"] }\nmeeting',
                'may = ["Organizer"] }\nmeeting',
                1,
            ),
            "turnVideoOn is granted to Organizer",
        ),
    ],
)
def test_a_broken_file_is_told(broken: str, told: str) -> None:
    with pytest.raises(BadSpec, match=told):
        read_roles(broken)
