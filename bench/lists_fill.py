"""Years of an office in a minute or two: applications, assignments and what hangs on them, by SQL over whole tables."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from casework import board_counting, words
from casework.catalogs import newest
from kit import clock
from kit.database import engine, transaction
from models import ApprovalNetwork, Person, Role
from rules.catalog import JourneyCode
from rules.network import digest, resolve, to_document
from rules.numbers import application_number, filing_number
from rules.workdays import local_date

#: Assignments of each application, and one application in so many is under way.
EACH: Final = 10
_OPEN_EVERY: Final = 10
_PER_DAY: Final = 400
#: What applicants and projects are called, with their number.
_APPLICANT: Final = "开原市第#有限公司"
_PROJECT: Final = "第#号项目"
_MOLDS: Final = text("""
CREATE TEMP TABLE molds AS
SELECT m.journey, m.network, m.ordinal, m.item, m.department
  FROM jsonb_to_recordset(CAST(:molds AS jsonb)) AS m (journey text, network text, ordinal int, item text,
                                                       department text)
""").bindparams(bindparam("molds", type_=JSONB))
_NUMBERS: Final = text("""
CREATE TEMP TABLE numbers AS
SELECT n.id, n.number, n.filing, n.grams
  FROM jsonb_to_recordset(CAST(:numbers AS jsonb)) AS n (id bigint, number text, filing text, grams text[])
""").bindparams(bindparam("numbers", type_=JSONB))
#: In this order; ``:now`` is the instant everything is told from.
_TABLES: Final = (
    "INSERT INTO applicants (id, credit_code, name) SELECT id, 'C' || id, replace(:applicant, '#', CAST(id AS text))"
    " FROM numbers",
    "INSERT INTO projects (id, applicant_id, name) SELECT id, id, replace(:project, '#', CAST(id AS text))"
    " FROM numbers",
    """
INSERT INTO applications (id, number, project_id, applicant_id, network, catalog_version, journey, answers, agent_id,
  status, outcome, complete, registered_at, concluded_at, delivered_at, confirmed_at, closed_at, delivery_channel,
  delivery_together, closing_refused, tracking_sha256, revision, step_count, last_hash, next_timer)
SELECT n.id, n.number, n.id, n.id, m.network, 1, m.journey, '{}', (SELECT id FROM people WHERE account = 'agent'),
       CASE WHEN n.id % :every = 0 THEN 'in_approval' WHEN n.id % 7 = 0 THEN 'delivered' ELSE 'closed' END,
       CASE WHEN n.id % :every = 0 THEN NULL ELSE 'granted' END, n.id % :every <> 0,
       at.at, at.done, at.done, at.done, at.done, 'online', false, '{}', :code, 1, 3, '',
       CASE WHEN n.id % :every = 0 THEN CAST(:now AS timestamptz) + interval '1 day' END
  FROM numbers n
  JOIN (SELECT DISTINCT ON (journey) journey, network, row_number() OVER (ORDER BY journey) - 1 AS place
          FROM molds WHERE ordinal = 1) m ON m.place = n.id % (SELECT count(DISTINCT journey) FROM molds)
  CROSS JOIN LATERAL (SELECT CAST(:now AS timestamptz) - make_interval(days => CAST(n.id % 700 AS int)) AS at,
                             CASE WHEN n.id % :every = 0 THEN NULL
                                  ELSE CAST(:now AS timestamptz) - make_interval(days => CAST(n.id % 690 AS int)) END
                               AS done) at
""",
    "INSERT INTO application_words (application_id, grams) SELECT id, grams FROM numbers",
    "INSERT INTO application_runs (application_id, flow_run_id, incarnation, observed_seq, emitted_steps)"
    " SELECT id, gen_random_uuid(), 0, 1, 3 FROM numbers",
    """
INSERT INTO assignments (id, application_id, catalog_version, item, department, round, status, light, awaits,
  deemed_accepted, asked, relied_on, handler, opened_at, ended_at, escalated, provisional, reminded, superseded,
  answered, use_extensions, green, promised_due, legal_due)
SELECT gen_random_uuid(), a.id, 1, m.item, m.department, 1,
       CASE WHEN e.ended THEN CASE WHEN (a.id + m.ordinal) % 60 = 1 THEN 'refused' ELSE 'granted' END
            WHEN (a.id + m.ordinal) % 250 = 0 THEN 'refusal_proposed' ELSE 'under_review' END,
       CASE WHEN e.ended THEN 'green' WHEN h.h % 50 = 0 THEN 'black' WHEN h.h % 16 = 0 THEN 'red'
            WHEN h.h % 7 = 0 THEN 'yellow' ELSE 'green' END,
       '{}', false, '{}', '{}', 'handler', a.registered_at,
       CASE WHEN e.ended THEN a.registered_at + make_interval(days => 3 + m.ordinal, secs => h.h % 9000) END,
       false, false, false, false, false, 0, a.id % 97 = 0,
       CASE WHEN NOT e.ended AND h.h % 5 <> 0
            THEN CAST(CAST(:now AS timestamptz) AS date) + CAST(h.h % 60 AS int) - 15 END,
       CASE WHEN NOT e.ended THEN CAST(CAST(:now AS timestamptz) AS date) + CAST(h.h % 60 AS int) END
  FROM applications a JOIN molds m ON m.journey = a.journey
  CROSS JOIN LATERAL (SELECT a.complete OR m.ordinal > 5 AS ended) e
  CROSS JOIN LATERAL (SELECT abs(hashint8(a.id * 16 + m.ordinal)::bigint) AS h) h
""",
    """
INSERT INTO clock_events (application_id, assignment_id, kind, at, reason)
SELECT s.application_id, s.id, k.kind,
       CASE WHEN k.kind = 'stopped' THEN s.ended_at ELSE s.opened_at + interval '1 hour' END, ''
  FROM assignments s CROSS JOIN (VALUES ('received'), ('accepted'), ('stopped')) k (kind)
 WHERE k.kind <> 'stopped' OR s.ended_at IS NOT NULL
""",
    """
INSERT INTO notices (id, application_id, kind, title, body, created_at, sent_at)
SELECT gen_random_uuid(), a.id, 'refusal', '不予许可决定书', '{}', a.registered_at, a.registered_at FROM applications a
""",
    """
INSERT INTO refusal_filings (number, application_id, assignment_id, department, kind, facts, reason, legal_basis,
  papers, handler, approver, filed_at, notice_id)
SELECT n.filing, s.application_id, s.id, s.department, 'refused', '经核查', '不符合规划', '城乡规划法第四十条', '{}',
       '王芳', '李强', s.ended_at, o.id
  FROM (SELECT DISTINCT ON (application_id) * FROM assignments WHERE status = 'refused') s
  JOIN numbers n ON n.id = s.application_id JOIN notices o ON o.application_id = s.application_id
""",
    """
INSERT INTO decisions (assignment_id, kind, document_number, reason, legal_basis, handler, decided_at, recorded_at,
  source, filing)
SELECT s.id, CASE WHEN f.number IS NULL THEN 'granted' ELSE 'refused' END, '〔2026〕1号', NULL, NULL, 'handler',
       s.ended_at, s.ended_at, 'department/' || s.department, f.number
  FROM assignments s LEFT JOIN refusal_filings f ON f.assignment_id = s.id WHERE s.ended_at IS NOT NULL
""",
    """
INSERT INTO materials (application_id, name, asked_at, provided_at, provided_by, version)
SELECT a.id, k.name, NULL, a.registered_at, '申请人', 1 FROM applications a
 CROSS JOIN (VALUES ('章程'), ('股东身份证明')) k (name)
""",
    """
INSERT INTO step_records (application_id, serial, at, kind, actor, details, previous_hash, hash)
SELECT a.id, k.serial, a.registered_at, k.kind, 'agent', '{}', '', '' FROM applications a
 CROSS JOIN (VALUES (1, 'application.registered'), (2, 'approval.begun'), (3, 'assignment.opened')) k (serial, kind)
""",
    """
INSERT INTO complaints (id, application_id, kind, subject, channel, complainant, words, status, received_at,
  answered_by, called_back_by, closed_at)
SELECT a.id, a.id, 'complaint', 'dragging', 'hotline', '刘晓', '半个月没有答复',
       CASE WHEN a.id % 100 = 0 THEN 'received' ELSE 'closed' END, a.registered_at, 'agent', 'boss', a.registered_at
  FROM applications a WHERE a.id % 20 = 0
""",
    """
INSERT INTO complaint_steps (complaint_id, serial, kind, at, by, words, details)
SELECT id, 1, 'complaint.received', received_at, 'boss', words, '{}' FROM complaints
""",
    """
INSERT INTO ratings (application_id, item, grade, words, rated_at)
SELECT a.id, '', (ARRAY['very_good', 'good', 'fair', 'bad', 'very_bad'])[1 + a.id % 5], '窗口很耐心', a.registered_at
  FROM applications a WHERE a.complete AND a.id % 3 = 0
""",
    """
INSERT INTO appointments (id, application_id, serial, department, item, purpose, status, planned_at, outside_hours,
  visitor, place, note, requested_at, requested_by)
SELECT gen_random_uuid(), s.application_id, 1, s.department, s.item, 'consultation',
       CASE WHEN s.ended_at IS NULL THEN 'requested' ELSE 'kept' END,
       coalesce(s.ended_at, CAST(:now AS timestamptz) + make_interval(days => CAST(s.application_id % 30 AS int))),
       false, '刘晓', '', '', s.opened_at, 'applicant'
  FROM (SELECT DISTINCT ON (application_id) * FROM assignments WHERE application_id % 5 = 0 ORDER BY application_id,
               ended_at IS NOT NULL, id) s
""",
    # Whoever is away is back some days later; few are away at once, however many have been.
    """
INSERT INTO absences (person_id, first, last, items, applications, reason, recorded_at, recorded_by)
SELECT p.id, k.day, k.day + 3, '{}', '{}', '年休假', CAST(:now AS timestamptz), p.account
  FROM people p
 CROSS JOIN (SELECT CAST(:now AS date) - CAST(a.id / 40 AS int) AS day FROM applications a WHERE a.id % 40 = 0) k
""",
    """
INSERT INTO enquiries (application_id, asker, subject, asked_at, first_id, responsible_id, bounces, resolved_at,
  resolution)
SELECT a.id, '刘晓', '食品经营许可何时能办结？', a.registered_at, p.id, p.id, CAST(a.id % 3 AS int),
       CASE WHEN a.id % 50 > 0 THEN a.registered_at END, CASE WHEN a.id % 50 > 0 THEN '已电话答复' END
  FROM applications a CROSS JOIN (SELECT id FROM people WHERE account = 'agent') p WHERE a.id % 2 = 0
""",
    # What was counted on each day but the last, which the watch counts anew.
    """
INSERT INTO board_days (day, department, figure, number)
SELECT k.day, d.code, f.figure, 1 + length(f.figure)
  FROM (SELECT DISTINCT CAST(registered_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day FROM applications) k
 CROSS JOIN departments d
 CROSS JOIN unnest(ARRAY['received', 'accepted', 'corrected', 'granted', 'refused', 'late', 'open', 'due_today',
                         'yellow', 'red', 'by_department', 'by_applicant']) AS f (figure)
 WHERE k.day < CAST(:now AS date)
""",
    """
INSERT INTO kept_findings (application_id, kind, item, at, evidence)
SELECT a.id, (ARRAY['stop_too_long', 'reported_late', 'not_received'])[1 + a.id % 3], '', a.registered_at, '{"step": 3}'
  FROM applications a WHERE a.id % 25 = 0
""",
    """
INSERT INTO assignment_figures (assignment_id, week, department, journey, ended_at, timed, late, promised, used,
  applicant, center, stopped)
SELECT s.id, CAST(date_trunc('week', s.ended_at AT TIME ZONE 'Asia/Shanghai') AS date), s.department, a.journey,
       s.ended_at, true, h.h % 20 = 0, 5, CAST(h.h % 6 AS int), CAST(h.h % 3 AS int), 1, CAST(h.h % 2 AS int)
  FROM assignments s JOIN applications a ON a.id = s.application_id
  CROSS JOIN LATERAL (SELECT abs(hashint8(a.id)::bigint) AS h) h WHERE s.ended_at IS NOT NULL
""",
    # All that ended has been counted, as in an office whose watch did so every minute.
    "INSERT INTO board_refreshes (id, at, counted_until) SELECT 1, :now, max(ended_at) FROM assignment_figures",
)
_SEQUENCES: Final = ("applicants", "projects", "applications", "complaints")
_WEEKS: Final = text("SELECT DISTINCT week FROM assignment_figures")


async def fill(applications: int, people: Sequence[tuple[str, Role, str | None]], code: str) -> None:
    """Fill an empty office; ``code`` is the digest of the tracking code that opens every application."""
    now = clock.now()
    async with transaction() as session:
        # The rows fit each other by construction; asking for each of them anew takes most of the time.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        agent = ("agent", Role.AGENT, None)
        rows = [
            {"account": account, "name": account, "roles": [role.value], "department": department, "active": True}
            for account, role, department in (agent, *people)
        ]
        await session.execute(insert(Person), rows)
        await session.execute(_MOLDS, {"molds": await _molds(session)})
        numbers = []
        for id_ in range(1, applications + 1):
            day = local_date(now) - timedelta(days=id_ // _PER_DAY)
            number = application_number("211282", day, id_ % _PER_DAY + 1)
            names = (number, *(name.replace("#", str(id_)) for name in (_APPLICANT, _PROJECT)))
            filing = filing_number(number, 1)
            numbers.append({"id": id_, "number": number, "filing": filing, "grams": sorted(words.grams(*names))})
        await session.execute(_NUMBERS, {"numbers": numbers})
        given = {"now": now, "every": _OPEN_EVERY, "code": code, "applicant": _APPLICANT, "project": _PROJECT}
        for statement in _TABLES:
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            await session.execute(text(statement), used)
        for table in _SEQUENCES:
            await session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {applications})"))
        weeks = [row.week for row in await session.execute(_WEEKS)]
        await board_counting.sum_weeks(session, weeks)
    # Years do not pass without autovacuum: without it indexes of words and of what is open are as after a bulk load.
    async with engine().execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))


async def _molds(session: AsyncSession) -> list[dict[str, object]]:
    """Take the first items of every journey that has enough of them, so that the assignments are those of the law."""
    version, catalog = await newest(session)
    molds: list[dict[str, object]] = []
    for code in catalog.journeys:
        network = resolve(catalog, JourneyCode(code), {})
        row = {"digest": digest(network), "catalog_version": version, "journey": code, "document": to_document(network)}
        await session.execute(insert(ApprovalNetwork), row)
        for ordinal, item in enumerate(network.items[:EACH], start=1):
            mold = {"journey": code, "network": row["digest"], "ordinal": ordinal}
            molds.append({**mold, "item": item.code, "department": item.department})
    full = {mold["journey"] for mold in molds if mold["ordinal"] == EACH}
    return [mold for mold in molds if mold["journey"] in full]
