"""Priority, appointments and applicants that change, from the command line."""

from datetime import timedelta
from typing import Any

from kit import clock
from rules.workdays import SHANGHAI

GREEN = ("--authority", "开原市人民政府", "--document", "开政函〔2026〕3号", "--reason", "省重点项目")


def test_an_application_goes_first_and_in_its_turn_again(office: Any, launched: str) -> None:
    assert office("green", launched, "--reason", "省重点项目").code == 2
    assert office("green", launched, *GREEN, "--json").document["green"]["reason"] == "省重点项目"
    assert office("green", launched, *GREEN).code == 2
    assert office("green", launched, "--end", "--reason", "已竣工", "--json").document["green"] is None


def test_an_appointment_is_booked_answered_and_listed(office: Any, launched: str) -> None:
    at = (clock.now().astimezone(SHANGHAI) + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    asked = ("book", launched, "--at", at, "--purpose", "consultation", "--visitor", "刘晓", "--item", "E01")
    assert office("appointment", *asked, "--json").document == {"number": launched, "appointment": 1}
    assert office("appointment", "answer", launched, 1, "confirmed").code == 2
    assert "已确认" in office("appointment", "answer", launched, 1, "confirmed", "--as", "MSB").out
    [line] = office("appointment", "list", "--department", "MSB", "--json").document["appointments"]
    assert (line["number"], line["status"]) == (launched, "confirmed")
    assert "刘晓" in office("appointment", "list").out
    assert office("appointment", "answer", launched, 1, "cancelled", "--reason", "改日").code == 0
    assert office("appointment", "list", "--json").document == {"appointments": []}
    wrong = office("appointment", *asked[:5], "tea", *asked[6:])
    assert (wrong.code, "on_site" in wrong.err) == (2, True)


def test_an_applicant_changes_and_stays_the_same_party(office: Any, launched: str) -> None:
    code = office("status", launched, "--json").document["credit_code"]
    today = clock.now().astimezone(SHANGHAI).date().isoformat()
    change = ("applicant", "change", code, "--name", "云帆科技有限公司", "--document", "登字1号", "--on", today)
    assert office(*change, "--json").document["applications"] == [launched]
    assert office("status", launched, "--json").document["applicant"] == "云帆科技有限公司"
    [version] = office("applicant", "versions", code, "--json").document["versions"]
    assert (version["name"], version["document"]) == ("云帆科技有限公司", "登字1号")
    assert "登字1号" in office("applicant", "versions", code).out
    assert office("applicant", "versions", "91211282MA0KYF01X8").code == 2


def test_while_proxy_handling_is_suspended_nobody_acts(office: Any, launched: str) -> None:
    why = ("--note", "图审费用未缴纳", "--until", "缴清图审费用")
    assert office("engagement", "suspend", launched, "--because", "revoked", *why).code == 2
    suspended = office("engagement", "suspend", launched, "--because", "fees_unpaid", *why, "--json").document
    assert (suspended["suspended"], suspended["resumes_when"]) == ("fees_unpaid", "缴清图审费用")
    assert "已中止" in office("engagement", "show", launched).out
    assert "未按时缴纳法定费用" in office("green", launched, *GREEN).err
    assert "engagement_suspended" in office("documents", launched, "--json").out
    assert office("engagement", "resume", launched, "--note", "已缴清", "--json").document["suspended"] is None
    assert office("green", launched, *GREEN).code == 0
    assert office("engagement", "resume", launched, "--note", "已缴清").code == 2


def test_an_applicant_who_comes_without_an_appointment_has_come(office: Any, launched: str) -> None:
    def awaited() -> list[str]:
        return [wait["what"] for wait in office("status", launched, "--json").document["waits"]]

    office("item", "add", launched, "E20", "--stage", "setup", "--reason", "购买厂房")
    visit = "申请人本人到场（不动产转移登记（厂房））"
    assert visit in awaited()
    came = ("appointment", "attend", launched, "E20", "--visitor", "刘晓")
    assert office(*came, "--as", "MSB").code == 2
    assert visit in awaited()
    assert office(*came, "--as", "REC").code == 0
    assert visit not in awaited()
    assert office("appointment", "attend", launched, "E01", "--visitor", "刘晓", "--as", "MSB").code == 2
