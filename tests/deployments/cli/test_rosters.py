"""People, posts, engagements, enquiries and alerts from a terminal."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


def _execute(url: str, *statements: str) -> None:
    async def act() -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(act())


def test_b_acts_while_a_is_away(office: Any) -> None:
    office("person", "add", "chen", "--name", "陈刚", "--role", "handler", "--department", "MSB")
    filled = office("post", "fill", "MSB", "--a", "wu", "--b", "chen", "--manager", "zhao", "--json").document
    assert [(post["acting"], post["on_behalf_of"]) for post in filled["posts"]] == [("wu", None)]

    away = office("person", "away", "wu", "2020-01-01", "2099-12-31", "--items", "E10", "--backup", "chen", "--json")
    assert (away.code, away.document["items"], away.document["last"]) == (0, ["E10"], "2099-12-31")
    assert office("post", "list", "--json").document["posts"][0]["acting"] == "wu"  # for other items
    office("person", "away", "wu", "2020-01-01")
    assert "chen（代 wu）" in office("post", "list").out
    listed = office("person", "absences")
    assert "另行通知" in listed.out
    assert "E10" in listed.out

    assert office("person", "back", "wu", "--json").document == {"account": "wu", "ended": 2}
    assert office("post", "list", "--json").document["posts"][0]["acting"] == "wu"
    assert "没有离岗" in office("person", "back", "wu").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("person", "away", "wu", "tomorrow"), "tomorrow"),
        (("person", "away", "wu", "2026-03-09", "2026-03-08"), "2026-03-08"),
        (("person", "away", "nobody", "2026-03-09"), "nobody"),
        (("post", "fill", "MSB", "--a", "wu", "--b", "wu", "--manager", "zhao"), "wu"),
        (("person", "add", "he", "--name", "何", "--role", "agent", "--serves", "key_project"), "steward"),
        (("person", "add", "he", "--name", "何", "--role", "steward", "--serves", "all"), "all"),
        (("enquiry", "accept", "7", "--by", "li"), "7"),
        (("reply", "7", "已问"), "7"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(office: Any, arguments: tuple[str, ...], said: str) -> None:
    ran = office(*arguments)

    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_steward_serves_a_class(office: Any, committed_database: str) -> None:
    added = office("person", "add", "he", "--name", "何", "--role", "steward", "--serves", "key_project", "--json")

    assert added.code == 0
    _execute(committed_database, "SELECT 1 / count(*) FROM steward_duties WHERE enterprise_class = 'key_project'")


def test_an_engagement_is_shown_renewed_and_ended(office: Any, launched: str) -> None:
    shown = office("engagement", "show", launched)
    assert "全部事项" in shown.out
    assert "撤回" not in shown.out

    signed = office(
        "engagement", "sign", launched, "--reference", "委托书〔2026〕9号", "--express", "withdraw", "--agent", "li",
        "--item", "E01", "--exclude", "receive_documents", "--from", "2020-01-01", "--until", "2099-12-31", "--json",
    )  # fmt: skip
    assert (signed.document["agent"], signed.document["items"]) == ("li", ["E01"])
    assert (signed.document["valid_from"], signed.document["valid_until"]) == ("2020-01-01", "2099-12-31")
    assert "withdraw" in signed.document["verbs"]
    assert signed.document["excluded"] == ["receive_documents"]
    assert office("engagement", "remind", launched, "电话").code == 0
    early = office("engagement", "end", launched, "--because", "applicant_unresponsive")
    assert early.code == 2
    assert office("engagement", "end", launched, "--because", "revoked", "--json").document["ended"] == "revoked"
    assert "已终止：申请人撤销委托" in office("engagement", "show", launched).out
    for arguments in (("sign", launched, "--reference", "1", "--express", "file"), ("end", launched, "--because", "x")):
        assert office("engagement", *arguments).code == 2


def test_an_enquiry_is_handed_over_and_alarms(office: Any, launched: str) -> None:
    asked = office("enquiry", "ask", "某企业", "何时办结？", "--by", "zhang", "--number", launched, "--json").document
    enquiry = asked["id"]
    assert asked["responsible"] == "zhang"

    assert "待 li 接受" in office("enquiry", "offer", enquiry, "li", "--by", "zhang").out
    assert office("enquiry", "accept", enquiry, "--by", "li", "--json").document["responsible"] == "li"
    office("enquiry", "offer", enquiry, "sun", "--by", "li", "--reason", "属其服务")
    declined = office("enquiry", "decline", enquiry, "--by", "sun", "--reason", "不属我管", "--json").document
    assert (declined["responsible"], declined["alarming"]) == ("li", True)

    assert [each["id"] for each in office("alerts", "--json").document["enquiries"]] == [enquiry]
    assert "某企业" in office("alerts").out
    assert "某企业" in office("enquiry", "list").out
    assert "已办结" in office("enquiry", "resolve", enquiry, "已答复", "--by", "li").out
    assert office("enquiry", "list", "--json").document["enquiries"] == []
    assert len(office("enquiry", "list", "--all", "--json").document["enquiries"]) == 1
    assert "没有提醒" in office("alerts").out


def test_an_alert_is_shown_and_replied_to(office: Any, launched: str, committed_database: str) -> None:
    _execute(
        committed_database,
        "INSERT INTO steward_alerts (application_id, kind, subject, department, addressee_id, since, days, raised_at)"
        " SELECT id, 'silent', 'E01', 'MSB', (SELECT id FROM people WHERE account = 'sun'), '2026-03-02', 5, now()"
        " FROM applications",
    )
    [alert] = office("alerts", "--json").document["alerts"]
    assert (alert["number"], alert["kind_zh"], alert["addressee"]) == (launched, "久无进展", "sun")
    assert "企业设立登记" in office("alerts").out.replace("\n", "")
    assert office("alerts", "--steward", "zhao", "--json").document["alerts"] == []

    assert "已答复" in office("reply", alert["id"], "已与窗口联系").out

    assert office("alerts", "--json").document["alerts"] == []
    assert office("alerts", "--all", "--json").document["alerts"][0]["reply"] == "已与窗口联系"
    assert "steward.replied" in office("steps", launched).out
