-- The quarterly return, from live data. Aggregates alone leave these functions. What is about somebody walled from
-- whoever asks is not counted for them: beside what they see themselves, a total would tell the rest. Who arranges is
-- told how many such cases there are (as at the table), and somebody else sends that return.

CREATE OR REPLACE FUNCTION marac_may_count(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT marac_ours(which) AND acting_as('user') AND (which = ANY (marac_arranges()) OR acting_role('analyst'))
$$;

-- One row for each case that was heard: what the return counts of it. Never leaves the database.
-- Null: nobody asked. An answer that was declined, or is not known, is an answer, and counts as no.
CREATE OR REPLACE FUNCTION marac_counted(which bigint, since date, until date) RETURNS TABLE (
  meeting_id bigint, held_on date, item_id bigint, referral_id bigint, case_id bigint, person_id bigint, agency text,
  is_repeat boolean, children integer, minoritised boolean, lgbt boolean, disabled boolean, male boolean,
  young boolean, harming integer, harming_young integer, harming_unknown integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH heard AS MATERIALIZED (
    SELECT m.id AS meeting_id, (m.begins_at AT TIME ZONE 'Europe/London')::date AS held_on, i.id AS item_id,
           i.referral_id, i.case_id, i.person_id, i.children
      FROM marac_meeting m JOIN marac_item i ON i.meeting_id = m.id AND i.status = 'heard'
     WHERE m.marac_id = which AND m.status IN ('open', 'held', 'minuted')
       AND m.begins_at >= (since::timestamp AT TIME ZONE 'Europe/London')
       AND m.begins_at < ((until + 1)::timestamp AT TIME ZONE 'Europe/London')
       AND i.person_id <> ALL (acting_walls())
  )
  SELECT h.meeting_id, h.held_on, h.item_id, h.referral_id, h.case_id, h.person_id, r.agency_kind, r.is_repeat,
         h.children::integer, q.minoritised, COALESCE(q.orientation OR q.gender, q.orientation, q.gender), q.disabled,
         q.male,
         p.birth_date > h.held_on - interval '18 years',
         b.people, b.young, b.unknown
    FROM heard h
    JOIN marac_referral r ON r.id = h.referral_id
    JOIN people_person p ON p.id = h.person_id
    CROSS JOIN LATERAL (
      SELECT bool_or(a.code <> '' AND a.code NOT IN ('white_british', 'white_irish', 'white_other'))
               FILTER (WHERE a.list = 'ethnicity') AS minoritised,
             bool_or(a.code IN ('gay_lesbian', 'bisexual', 'other')) FILTER (WHERE a.list = 'sexual_orientation') AS orientation,
             -- Same as the sex registered at birth says nothing of orientation: alone it is no answer to LGBT+.
             bool_or(a.code = 'no') FILTER (WHERE a.list = 'gender_same' AND a.code = 'no') AS gender,
             bool_or(a.code IN ('little', 'lot')) FILTER (WHERE a.list = 'disability') AS disabled,
             bool_or(a.code = 'male') FILTER (WHERE a.list = 'sex') AS male
        FROM people_equalityanswer a
       WHERE a.person_id = h.person_id AND a.state <> 'not_asked'
         AND a.id = (SELECT n.id FROM people_equalityanswer n
                      WHERE n.person_id = a.person_id AND n.list = a.list AND NOT n.was_error AND n.ended_on IS NULL
                      ORDER BY n.id DESC LIMIT 1)
    ) q
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS people,
             count(*) FILTER (WHERE o.birth_date > h.held_on - interval '18 years')::integer AS young,
             count(*) FILTER (WHERE o.birth_date IS NULL)::integer AS unknown
        FROM cases_caseperson c JOIN people_person o ON o.id = c.person_id
       WHERE c.case_id = h.case_id AND c.part = 'said_to_cause_harm' AND c.ended_at IS NULL
         AND c.person_id <> ALL (acting_walls())
    ) b
$$;
REVOKE EXECUTE ON FUNCTION marac_counted(bigint, date, date) FROM PUBLIC;

-- Each field of each meeting: how many, and in how many cases nobody knows. A meeting without a case is one of the
-- return too.
CREATE OR REPLACE FUNCTION marac_figures(which bigint, since date, until date)
RETURNS TABLE (meeting_id bigint, held_on date, field text, number integer, missing integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH one AS MATERIALIZED (
    SELECT * FROM marac_counted(which, since, until) WHERE marac_may_count(which)
  ), meeting AS (
    SELECT m.id, (m.begins_at AT TIME ZONE 'Europe/London')::date AS held_on FROM marac_meeting m
     WHERE m.marac_id = which AND m.status IN ('open', 'held', 'minuted') AND marac_may_count(which)
       AND m.begins_at >= (since::timestamp AT TIME ZONE 'Europe/London')
       AND m.begins_at < ((until + 1)::timestamp AT TIME ZONE 'Europe/London')
  ), figure AS (
    SELECT m.id, m.held_on, count(o.item_id) AS cases, count(*) FILTER (WHERE o.is_repeat) AS repeats,
           COALESCE(sum(o.children), 0) AS children,
           count(*) FILTER (WHERE o.minoritised) AS minoritised,
           count(o.item_id) FILTER (WHERE o.minoritised IS NULL) AS no_minoritised,
           count(*) FILTER (WHERE o.lgbt) AS lgbt, count(o.item_id) FILTER (WHERE o.lgbt IS NULL) AS no_lgbt,
           count(*) FILTER (WHERE o.disabled) AS disabled,
           count(o.item_id) FILTER (WHERE o.disabled IS NULL) AS no_disabled,
           count(*) FILTER (WHERE o.male) AS male, count(o.item_id) FILTER (WHERE o.male IS NULL) AS no_male,
           count(*) FILTER (WHERE o.young) AS young, count(o.item_id) FILTER (WHERE o.young IS NULL) AS no_young,
           COALESCE(sum(o.harming_young), 0) AS harming,
           count(o.item_id) FILTER (WHERE o.harming = 0 OR o.harming_unknown > 0) AS no_harming
      FROM meeting m LEFT JOIN one o ON o.meeting_id = m.id GROUP BY m.id, m.held_on
  )
  SELECT f.id, f.held_on, v.field, v.number::integer, v.missing::integer
    FROM figure f CROSS JOIN LATERAL (VALUES
      ('cases', f.cases, 0), ('repeats', f.repeats, 0), ('children', f.children, 0),
      ('minoritised', f.minoritised, f.no_minoritised), ('lgbt', f.lgbt, f.no_lgbt),
      ('disability', f.disabled, f.no_disabled), ('male', f.male, f.no_male), ('young', f.young, f.no_young),
      ('harming_young', f.harming, f.no_harming)) AS v (field, number, missing)
  UNION ALL
  SELECT o.meeting_id, o.held_on, 'agency:' || o.agency, count(*)::integer, 0 FROM one o
   GROUP BY o.meeting_id, o.held_on, o.agency
$$;

-- Which of the referrals that one arranges and sees lack what: so that somebody can be asked.
CREATE OR REPLACE FUNCTION marac_missing(which bigint, since date, until date)
RETURNS TABLE (meeting_id bigint, held_on date, referral_id bigint, field text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT o.meeting_id, o.held_on, o.referral_id, v.field
    FROM marac_counted(which, since, until) o
    CROSS JOIN LATERAL (VALUES
      ('minoritised', o.minoritised IS NULL), ('lgbt', o.lgbt IS NULL), ('disability', o.disabled IS NULL),
      ('male', o.male IS NULL), ('young', o.young IS NULL),
      ('harming_young', o.harming = 0 OR o.harming_unknown > 0)) AS v (field, lacks)
   WHERE v.lacks AND marac_may_count(which) AND which = ANY (marac_arranges()) AND cases_acting_sees(o.case_id, 2)
   ORDER BY 2, 1, 3
$$;

-- How many heard cases whoever arranges does not count, since a wall stands between: a number, as at the table.
CREATE OR REPLACE FUNCTION marac_uncounted(which bigint, since date, until date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*)::integer FROM marac_meeting m JOIN marac_item i ON i.meeting_id = m.id AND i.status = 'heard'
   WHERE m.marac_id = which AND which = ANY (marac_arranges()) AND m.status IN ('open', 'held', 'minuted')
     AND m.begins_at >= (since::timestamp AT TIME ZONE 'Europe/London')
     AND m.begins_at < ((until + 1)::timestamp AT TIME ZONE 'Europe/London')
     AND i.person_id = ANY (acting_walls())
$$;

-- An agency's part, in numbers: research asked, returned, in time; seats at meetings held, present; actions due, done,
-- done in time, open and late. For who counts (roles.py) and who arranges.
CREATE OR REPLACE FUNCTION marac_parts(which bigint, since date, until date) RETURNS TABLE (
  organisation_id bigint, asked integer, returned integer, in_time integer, meetings integer, present integer,
  due integer, done integer, done_in_time integer, late integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH meeting AS MATERIALIZED (
    SELECT m.id, m.research_due_at, (m.begins_at AT TIME ZONE 'Europe/London')::date AS held_on FROM marac_meeting m
     WHERE m.marac_id = which AND m.status IN ('held', 'minuted') AND marac_ours(which) AND acting_as('user')
       AND (which = ANY (marac_arranges()) OR acting_role('analyst') OR acting_role('manager')
            OR acting_role('data_protection') OR acting_role('partnership_administrator'))
       AND m.begins_at >= (since::timestamp AT TIME ZONE 'Europe/London')
       AND m.begins_at < ((until + 1)::timestamp AT TIME ZONE 'Europe/London')
  ), item AS MATERIALIZED (
    SELECT i.id, m.id AS meeting_id, m.research_due_at FROM meeting m
      JOIN marac_item i ON i.meeting_id = m.id AND i.status = 'heard' AND i.person_id <> ALL (acting_walls())
  )
  SELECT a.organisation_id, r.asked, r.returned, r.in_time, t.meetings, t.present, x.due, x.done, x.in_time, x.late
    FROM (SELECT DISTINCT g.organisation_id FROM marac_maracagency g WHERE g.marac_id = which) a
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS asked, count(s.returned_at)::integer AS returned,
             count(*) FILTER (WHERE s.returned_at <= i.research_due_at)::integer AS in_time
        FROM item i JOIN marac_research s ON s.item_id = i.id AND s.organisation_id = a.organisation_id) r
    CROSS JOIN LATERAL (
      SELECT count(*)::integer AS meetings,
             count(*) FILTER (WHERE EXISTS (
               SELECT FROM marac_attendance d WHERE d.meeting_id = m.id AND d.organisation_id = a.organisation_id
                  AND d.status = 'present'))::integer AS present
        FROM meeting m JOIN marac_maracagency g ON g.marac_id = which AND g.organisation_id = a.organisation_id
         AND g.from_on <= m.held_on AND (g.until_on IS NULL OR g.until_on > m.held_on)) t
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE c.due_on <= current_date AND c.status <> 'changed')::integer AS due,
             count(*) FILTER (WHERE c.due_on <= current_date AND c.status = 'done')::integer AS done,
             count(*) FILTER (WHERE c.due_on <= current_date AND c.status = 'done' AND c.done_on <= c.due_on)::integer AS in_time,
             count(*) FILTER (WHERE c.due_on < current_date AND c.status = 'open')::integer AS late
        FROM item i JOIN marac_maracaction c ON c.item_id = i.id AND c.organisation_id = a.organisation_id) x
   WHERE EXISTS (SELECT FROM meeting)
$$;
