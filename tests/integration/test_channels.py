"""Other ways than e-mail, through the real library to a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import channels
from app.channels import Channel
from app.mail import Deferral, Delay, Envelope, Refusal, Words
from config import ConfigError
from tests.infra.gateway import Gateway, Heard

HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../admin",
    "..%2fadmin",
    "a/b",
    "a\\b",
    "a?b=c",
    "a&verify=no",
    "a#b",
    "@evil.example",
    "x:y@evil.example/",
    "evil.example/",
    "1;2",
    "1,2",
    "1 2",
    "1\n2",
    "%2e%2e",
    "{address}",
    "${HOME}",
    "张三",
    "１３８",
    "-1",
    "1" * 121,
]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as running:
        yield running


def message(address: str) -> Envelope:
    words = Words("【落实·催报】县教育局", "已逾期：2025年3月月报\n详情：http://luoshi.example/letters/7", "")
    return Envelope("<1@luoshi.example>", address, "张联络", words, datetime(2025, 3, 3, tzinfo=UTC))


def send(channel: Channel, address: str = "+8613800000009") -> None:
    with channel.open() as carry:
        carry(message(address))


def only(gateway: Gateway) -> Heard:
    [heard] = gateway.heard
    return heard


# ------------------------------------------------------------------------------------------- what is carried


def test_a_short_message_gateway_gets_number_and_words_as_json(gateway: Gateway) -> None:
    send(Channel("sms", f"json://{gateway.place}/v1/send?:mobile={{address}}&-account=county"))
    heard = only(gateway)
    assert (heard.method, heard.path) == ("POST", "/v1/send?account=county")
    body = json.loads(heard.body)
    assert body["mobile"] == "+8613800000009"
    assert body["title"] == "【落实·催报】县教育局"
    assert body["message"] == "已逾期：2025年3月月报\n详情：http://luoshi.example/letters/7"


def test_a_webhook_gets_the_same_as_a_form(gateway: Gateway) -> None:
    send(Channel("hook", f"form://{gateway.place}/notify/{{address}}"), "zhang.san_1@county")
    heard = only(gateway)
    assert heard.path in {"/notify/zhang.san_1@county", "/notify/zhang.san_1%40county"}
    assert parse_qs(heard.body)["message"] == ["已逾期：2025年3月月报\n详情：http://luoshi.example/letters/7"]


@pytest.mark.parametrize(
    ("template", "service", "built_in", "path", "text"),
    [
        (
            "wecombot://{address}",
            "NotifyWeComBot",
            "http://{place}/cgi-bin/webhook/send?key={{key}}",
            "/cgi-bin/webhook/send?key=key-1_a",
            ("text", "content"),
        ),
        (
            "dingtalk://token1/{address}",
            "NotifyDingTalk",
            "http://{place}/robot/send?access_token={{token}}",
            "/robot/send?access_token=token1",
            ("text", "content"),
        ),
        (
            "feishu://{address}",
            "NotifyFeishu",
            "http://{place}/open-apis/bot/v2/hook/{{token}}/",
            "/open-apis/bot/v2/hook/key-1_a/",
            ("content", "text"),
        ),
    ],
)
def test_the_librarys_own_services_speak_as_their_makers_ask(
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    template: str,
    service: str,
    built_in: str,
    path: str,
    text: tuple[str, str],
) -> None:
    """The real service of the library, its built-in server replaced by the one here."""
    channel = Channel("robot", template)
    with channel.open():  # loads the library
        kind = type(channel.service("13800000009"))
    assert kind.__name__ == service
    monkeypatch.setattr(kind, "notify_url", built_in.format(place=gateway.place))
    send(channel, "13800000009" if service == "NotifyDingTalk" else "key-1_a")
    heard = only(gateway)
    assert heard.path == path
    said = json.loads(heard.body)[text[0]][text[1]]
    assert "【落实·催报】县教育局" in said
    assert "http://luoshi.example/letters/7" in said
    if service == "NotifyDingTalk":
        assert json.loads(heard.body)["at"]["atMobiles"] == ["13800000009"]


# ------------------------------------------------------------------------------------------- what may go wrong


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refusal),
        (404, Refusal),
        (410, Refusal),
        (401, Deferral),
        (403, Deferral),
        (429, Deferral),
        (500, Deferral),
        (503, Deferral),
    ],
)
def test_each_bad_answer_is_understood(gateway: Gateway, status: int, kind: type[Exception]) -> None:
    gateway.status = status
    with pytest.raises(Exception, match=f"error={status}") as caught:
        send(Channel("sms", f"json://{gateway.place}/?:mobile={{address}}"))
    assert type(caught.value) is kind
    assert not getattr(caught.value, "bad_address", False)


def test_no_server_is_a_delay() -> None:
    with pytest.raises(Delay, match="Connection error") as caught:
        send(Channel("sms", "json://127.0.0.1:9/?:mobile={address}"))
    assert type(caught.value) is Delay


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    with Gateway() as another:
        gateway.status, gateway.location = 307, f"http://{another.place}/stolen"
        with pytest.raises(Deferral, match="error=307"):
            send(Channel("sms", f"json://{gateway.place}/?:mobile={{address}}"))
        assert another.heard == []


# ------------------------------------------------------------------------------------------- hostile contact points


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("template", ["json://{place}/a/{address}", "json://{place}/a?:mobile={address}"])
def test_what_is_no_contact_point_is_refused_before_anything_is_asked(
    gateway: Gateway, template: str, address: str
) -> None:
    channel = Channel("sms", template.replace("{place}", gateway.place))
    with pytest.raises(Refusal) as refusal:
        send(channel, address)
    assert refusal.value.bad_address
    assert gateway.heard == []


@given(address=st.text(st.sampled_from("aZ09_.@+-/\\?#&=:%;, \n{}"), max_size=20))
def test_no_contact_point_ever_moves_host_or_path(address: str) -> None:
    service = Channel("sms", "json://gw.example:8080/v1/{address}?:to=fixed").service(address)
    if service is None:
        assert not channels.is_plain(address)
        return
    assert (service.host, service.port, service.secure) == ("gw.example", 8080, False)
    sent_to = urlsplit(f"http://gw.example{getattr(service, 'fullpath')}")  # noqa: B009
    assert sent_to.path == f"/v1/{address}"
    assert sent_to.query == sent_to.fragment == ""


@pytest.mark.parametrize(
    "template",
    [
        "json://{address}",
        "json://{address}.example/send",
        "json://gw.example:{address}/",
        "jsons://{address}@gw.example/",
        "json://gw.example/?port={address}",
        "json://gw.example/?user={address}",
        "nothing-known://{address}",
    ],
)
def test_a_setting_that_lets_a_contact_point_choose_the_server_carries_nothing(template: str) -> None:
    channel = Channel("hook", template)
    with pytest.raises(ConfigError, match="LUOSHI_CHANNELS"):
        channels.examine(channel)
    with pytest.raises(Delay, match="LUOSHI_CHANNELS"):
        send(channel)


# ------------------------------------------------------------------------------------------- the setting


def test_without_a_setting_there_is_no_other_channel() -> None:
    assert channels.read("") == {}


def test_a_setting_names_channels_in_order_with_their_room() -> None:
    read = channels.read(" wecom=wecombot://{address} ; sms/140=jsons://gw.example/send?:mobile={address};")
    assert list(read.values()) == [
        Channel("wecom", "wecombot://{address}", 500),
        Channel("sms", "jsons://gw.example/send?:mobile={address}", 140),
    ]
    assert [channel.label for channel in read.values()] == ["企业微信", "短信"]


@pytest.mark.parametrize(
    "setting",
    [
        "wecombot://{address}",
        "wecom=wecombot://key",
        "wecom={address}",
        "Wecom=wecombot://{address}",
        "wecom/x=wecombot://{address}",
        "email=mailto://{address}",
        "sms=json://a/{address};sms=json://b/{address}",
    ],
)
def test_a_setting_that_cannot_be_read_is_named(setting: str) -> None:
    with pytest.raises(ConfigError, match="LUOSHI_CHANNELS"):
        channels.read(setting)


def test_what_is_urgent_goes_by_every_way_and_the_rest_by_mail_alone() -> None:
    assert channels.taken(False, ("wecom", "sms")) == ("email",)
    assert channels.taken(True, ("wecom", "sms")) == ("email", "wecom", "sms")
    assert channels.taken(True, ()) == ("email",)


def test_a_channel_says_whether_its_server_answers(gateway: Gateway) -> None:
    assert channels.knock(Channel("sms", f"json://{gateway.place}/{{address}}")) == f"{gateway.place} answers"
    assert gateway.heard == []
    with pytest.raises(Delay, match=r"127\.0\.0\.1:9 does not answer"):
        channels.knock(Channel("sms", "json://127.0.0.1:9/{address}"))
