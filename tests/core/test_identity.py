"""Raw ids: the documented forms read one by one, every text readable, nonsense kept out of calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.errors import BadInput
from calltape.core.identity import (
    ECHO,
    Cloud,
    CommunicationUser,
    Identity,
    Kind,
    MicrosoftTeamsApp,
    MicrosoftTeamsUser,
    PhoneNumber,
    RawId,
    TeamsExtensionUser,
    Unknown,
    is_m365,
    parse,
    raw_id,
)

pytestmark = pytest.mark.example


def user(raw: str) -> CommunicationUser:
    return CommunicationUser(raw_id=RawId(raw))


def phone(raw: str, number: str, **more: object) -> PhoneNumber:
    return PhoneNumber(raw_id=RawId(raw), phone_number=number, **more)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def teams(raw: str, who: str, cloud: Cloud = Cloud.PUBLIC, *, anonymous: bool = False) -> MicrosoftTeamsUser:
    return MicrosoftTeamsUser(raw_id=RawId(raw), user_id=who, cloud=cloud, is_anonymous=anonymous)


def app(raw: str, which: str, cloud: Cloud) -> MicrosoftTeamsApp:
    return MicrosoftTeamsApp(raw_id=RawId(raw), app_id=which, cloud=cloud)


def extension(raw: str, cloud: Cloud) -> TeamsExtensionUser:
    return TeamsExtensionUser(raw_id=RawId(raw), resource_id="r", tenant_id="t", user_id="u", cloud=cloud)


def unknown(raw: str) -> Unknown:
    return Unknown(raw_id=RawId(raw))


READINGS: list[Identity] = [
    user("8:acs:r_u"),
    user("8:acs:ru"),
    user("8:acs:a_b_c_d"),
    user("8:dod-acs:r_u"),
    user("8:gcch-acs:r_u"),
    user("8:spool:r_u"),
    user("8:spool:r_t_u"),
    extension("8:acs:r_t_u", Cloud.PUBLIC),
    extension("8:dod-acs:r_t_u", Cloud.DOD),
    extension("8:gcch-acs:r_t_u", Cloud.GCCH),
    phone("4:+14255550123", "+14255550123"),
    phone("4:anonymous", "anonymous", is_anonymous=True),
    phone("4:+14255550123_a1", "+14255550123_a1", asserted_id="a1"),
    phone("4:+14255550123_a1_b2", "+14255550123_a1_b2", asserted_id="b2"),
    phone("4:+14255550123_", "+14255550123_"),
    phone("4:a:b", "a:b"),
    phone("4:", ""),
    teams("8:orgid:o", "o"),
    teams("8:dod:o", "o", Cloud.DOD),
    teams("8:gcch:o", "o", Cloud.GCCH),
    teams("8:teamsvisitor:v", "v", anonymous=True),
    app("28:orgid:a", "a", Cloud.PUBLIC),
    app("28:dod:a", "a", Cloud.DOD),
    app("28:gcch:a", "a", Cloud.GCCH),
    unknown("8:echo123"),
    unknown("28:a"),
    unknown("28:acs:a"),
    unknown("8:acs:r_u:more"),
    unknown("8:ACS:r_u"),
    unknown("48:acs:r_u"),
    unknown(""),
    unknown("bob"),
]

KINDS: dict[str, Kind] = {
    "8:acs:r_u": Kind.COMMUNICATION_USER,
    "4:+14255550123": Kind.PHONE_NUMBER,
    "8:orgid:o": Kind.MICROSOFT_TEAMS_USER,
    "28:orgid:a": Kind.MICROSOFT_TEAMS_APP,
    "8:acs:r_t_u": Kind.TEAMS_EXTENSION_USER,
    "8:echo123": Kind.UNKNOWN,
}


@pytest.mark.parametrize("identity", READINGS, ids=lambda identity: identity.raw_id or "empty")
def test_documented_readings(identity: Identity) -> None:
    assert parse(identity.raw_id) == identity


@pytest.mark.parametrize(("raw", "kind"), KINDS.items())
def test_kinds(raw: str, kind: Kind) -> None:
    assert parse(raw).kind is kind


def test_kinds_are_the_published_words() -> None:
    assert [str(kind) for kind in Kind] == [
        "communicationUser",
        "phoneNumber",
        "microsoftTeamsUser",
        "microsoftTeamsApp",
        "teamsExtensionUser",
        "unknown",
    ]


def test_only_microsoft_365_identities_are_m365() -> None:
    m365 = {identity.raw_id for identity in READINGS if is_m365(identity)}
    assert m365 == {
        *("8:orgid:o", "8:dod:o", "8:gcch:o", "8:teamsvisitor:v"),
        *("28:orgid:a", "28:dod:a", "28:gcch:a"),
    }


def test_echo_may_take_part_and_is_of_unknown_kind() -> None:
    assert raw_id("8:echo123") == ECHO
    assert parse(ECHO) == unknown("8:echo123")


PIECES = st.sampled_from(
    [
        "4",
        "8",
        "28",
        ":",
        ":",
        "_",
        "acs",
        "dod-acs",
        "orgid",
        "dod",
        "teamsvisitor",
        "spool",
        "+1425",
        "anonymous",
        "é",
    ]
)
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=12)


@pytest.mark.property
@given(TEXTS)
def test_every_text_has_an_identity_that_keeps_it(raw: str) -> None:
    identity = parse(raw)
    assert identity.raw_id == raw
    again: str
    prefix: str
    match identity:
        case PhoneNumber():
            again = f"4:{identity.phone_number}"
        case MicrosoftTeamsApp():
            prefix = "orgid" if identity.cloud is Cloud.PUBLIC else identity.cloud
            again = f"28:{prefix}:{identity.app_id}"
        case MicrosoftTeamsUser():
            prefix = "orgid" if identity.cloud is Cloud.PUBLIC else identity.cloud
            again = f"8:{'teamsvisitor' if identity.is_anonymous else prefix}:{identity.user_id}"
        case TeamsExtensionUser():
            prefix = "acs" if identity.cloud is Cloud.PUBLIC else f"{identity.cloud}-acs"
            again = f"8:{prefix}:{identity.resource_id}_{identity.tenant_id}_{identity.user_id}"
        case CommunicationUser() | Unknown():
            again = identity.raw_id
    assert again == raw


@pytest.mark.parametrize(
    "text",
    [
        "8:echo123",
        "8:acs:11111111-2222-3333-4444-555555555555_00000006-1234",
        "8:orgid:11111111-2222-3333-4444-555555555555",
        "28:orgid:11111111-2222-3333-4444-555555555555",
        "4:+14255550123",
        "4:+123456789012345",
        "4:+1",
        "4:anonymous",
        "4:+14255550123_a1-b2",
        "sip:alice@example.org",
        "8:josé",
        "8:" + "x" * 254,
    ],
)
def test_who_may_take_part(text: str) -> None:
    assert raw_id(text) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        ("bob", "it lacks its prefix"),
        ("+14255550123", "it lacks its prefix"),
        (":bob", "it lacks its prefix"),
        ("8:", "it lacks its prefix"),
        ("8:al ice", "white space or control characters"),
        ("8:alice\n", "white space or control characters"),
        ("8:alice\x00", "white space or control characters"),
        ("8:alice\u00a0", "white space or control characters"),
        ("8:alice\u200b", "white space or control characters"),
        ("8:alice\ud800", "white space or control characters"),
        ("8:" + "x" * 255, "it has 257 characters; give at most 256"),
        ("4:14255550123", "a telephone is written"),
        ("4:+", "a telephone is written"),
        ("4:+1234567890123456", "a telephone is written"),
        ("4:+1425-555-0123", "a telephone is written"),
        ("4:+١٢٣", "a telephone is written"),
        ("4:anonymous_1", "a telephone is written"),
        ("4:Anonymous", "a telephone is written"),
        ("4:+14255550123_", "a telephone is written"),
    ],
)
def test_who_may_not_take_part_and_why(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        raw_id(text)
    sentence = str(refused.value)
    assert "is not a participant id: " in sentence
    assert sentence.isprintable()
    assert len(sentence) < 220


@pytest.mark.property
@given(TEXTS)
def test_whoever_may_take_part_can_be_written_down_on_one_line(text: str) -> None:
    try:
        accepted = raw_id(text)
    except BadInput:
        return  # why and how is the business of the test above
    assert accepted == text
    assert accepted.encode("utf-8").decode("utf-8") == text
    assert accepted.split() == [text]
    assert accepted.index(":") > 0
