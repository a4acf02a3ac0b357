-- The placement coordinator: everybody who waits, without names; what is worked out for them; what is put to who looks.
-- A coordinator has no part in these cases, so what they may know of them comes out of these functions and nothing else.

-- Of which needs a user may know that they exist, as a coordinator. Whom a wall keeps from anybody of the household, in
-- whichever part, knows nothing of it; a restricted case is known to the people that are named in it, whatever role
-- others have. No number is given of what is left out: it would tell that there is something.
CREATE OR REPLACE FUNCTION accommodation_knowable(
  of_partnership bigint, walls bigint[], for_user bigint, after timestamptz
) RETURNS TABLE (need bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT n.id FROM accommodation_need n JOIN cases_case c ON c.id = n.case_id
   WHERE n.partnership_id = of_partnership AND (n.status = 'open' OR n.opened_at > after)
     AND n.person_id <> ALL (walls)
     AND NOT EXISTS (SELECT FROM accommodation_needmember m WHERE m.need_id = n.id AND m.person_id = ANY (walls))
     AND (NOT c.is_restricted OR EXISTS (SELECT FROM cases_nameduser u
                                          WHERE u.case_id = c.id AND u.user_id = for_user AND u.ended_at IS NULL))
$$;
REVOKE EXECUTE ON FUNCTION accommodation_knowable(bigint, bigint[], bigint, timestamptz) FROM PUBLIC;

-- The same of one need, open or not, for whoever acts.
CREATE OR REPLACE FUNCTION accommodation_may_coordinate(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT acting_role('placement_coordinator') IS TRUE AND EXISTS (
    SELECT FROM accommodation_need n JOIN cases_case c ON c.id = n.case_id
     WHERE n.id = which AND n.partnership_id = acting_partnership() AND n.person_id <> ALL (acting_walls())
       AND NOT EXISTS (SELECT FROM accommodation_needmember m
                        WHERE m.need_id = n.id AND m.person_id = ANY (acting_walls()))
       AND (NOT c.is_restricted OR EXISTS (SELECT FROM cases_nameduser u WHERE u.case_id = c.id
                                            AND u.user_id = acting_user() AND u.ended_at IS NULL)))
$$;

-- A proposal is read whole or not at all: one line fewer would tell who is missing.
CREATE OR REPLACE FUNCTION accommodation_may_read_proposal(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT acting_role('placement_coordinator') IS TRUE AND NOT EXISTS (
    SELECT FROM accommodation_proposedplace l
      JOIN accommodation_need n ON n.id = l.need_id JOIN cases_case c ON c.id = n.case_id
     WHERE l.proposal_id = which AND (
       n.partnership_id = acting_partnership() AND n.person_id <> ALL (acting_walls())
       AND NOT EXISTS (SELECT FROM accommodation_needmember m
                        WHERE m.need_id = n.id AND m.person_id = ANY (acting_walls()))
       AND (NOT c.is_restricted OR EXISTS (SELECT FROM cases_nameduser u WHERE u.case_id = c.id
                                            AND u.user_id = acting_user() AND u.ended_at IS NULL))) IS NOT TRUE)
$$;

-- Whole years on a day; somebody expected is 0; null where nobody knows it. The same as rules/household.py says.
CREATE OR REPLACE FUNCTION accommodation_age(m accommodation_needmember, on_day date) RETURNS integer
LANGUAGE sql STABLE SET search_path = public AS $$
  SELECT CASE WHEN (m).birth_date IS NOT NULL THEN GREATEST(extract(year FROM age(on_day, (m).birth_date))::integer, 0)
              WHEN (m).due_on IS NOT NULL THEN 0
              ELSE (m).age + GREATEST(extract(year FROM age(on_day, COALESCE((m).age_on, on_day)))::integer, 0) END
$$;

-- Everybody who waits, for the coordinator's page. No name, reference, street, danger area or provider; ages in years. The
-- area that they leave is told where at least five households of the last year left it: else it points to one.
CREATE OR REPLACE FUNCTION accommodation_waiting() RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH known AS MATERIALIZED (
    SELECT n.* FROM accommodation_knowable(
             acting_partnership(), acting_walls(), acting_user(), now() - interval '1 year') k
      JOIN accommodation_need n ON n.id = k.need
     WHERE acting_role('placement_coordinator') IS TRUE
  ), areas AS MATERIALIZED (
    SELECT from_area FROM known WHERE opened_at > now() - interval '1 year' AND from_area <> ''
     GROUP BY from_area HAVING count(DISTINCT person_id) >= 5
  )
  SELECT jsonb_build_object(
    'need', n.id, 'version', n.version, 'risk', COALESCE(NULLIF(c.risk, ''), NULLIF(n.risk, ''), 'unknown'),
    'tonight', n.tonight, 'by_on', n.by_on, 'opened_at', n.opened_at,
    'from_area', (SELECT a.from_area FROM areas a WHERE a.from_area = n.from_area),
    'pets', n.pets, 'recourse', n.recourse, 'wheelchair', n.wheelchair, 'step_free', n.step_free,
    'ground_floor', n.ground_floor, 'self_contained', n.self_contained, 'substance_use', n.substance_use,
    'mental_health', n.mental_health, 'offending', n.offending, 'night_support', n.night_support,
    'languages', n.languages, 'specialisms', n.specialisms,
    'people', (SELECT jsonb_agg(jsonb_build_object(
                 'part', m.part, 'sex', m.sex, 'expected', m.due_on IS NOT NULL AND m.birth_date IS NULL,
                 'age', accommodation_age(m, (now() AT TIME ZONE 'Europe/London')::date)))
                 FROM accommodation_needmember m WHERE m.need_id = n.id AND m.left_at IS NULL),
    'searches', s.searches, 'found_nothing', s.nothing, 'asks_open', a.open, 'asks_refused', a.refused,
    'step', k.kind, 'look_again_on', k.look_again_on, 'suggested', g.places, 'again_at', g.again)
    FROM known n
    JOIN cases_case c ON c.id = n.case_id
    CROSS JOIN LATERAL (SELECT count(*) AS searches, count(*) FILTER (WHERE x.fits = 0) AS nothing
                          FROM accommodation_search x WHERE x.need_id = n.id) s
    CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE x.status IN ('asked', 'talking', 'offered')) AS open,
                               count(*) FILTER (WHERE x.status = 'refused') AS refused
                          FROM accommodation_ask x WHERE x.need_id = n.id) a
    LEFT JOIN LATERAL (SELECT x.kind, x.look_again_on FROM accommodation_nextstep x
                        WHERE x.need_id = n.id AND x.ended_at IS NULL ORDER BY x.look_again_on LIMIT 1) k ON true
    CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE x.space_id IS NOT NULL) AS places,
                               max(x.at) FILTER (WHERE x.space_id IS NULL) AS again
                          FROM accommodation_suggestion x WHERE x.need_id = n.id AND x.status = 'open') g
   WHERE n.status = 'open'
$$;

-- What the match asks of everybody who waits, for the job that works out a proposal, as far as who asked for it may know
-- of them. Danger areas are in it, and who said no to which space: neither is ever shown to the coordinator.
CREATE OR REPLACE FUNCTION accommodation_allocation_facts(of_proposal bigint) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH asked AS MATERIALIZED (
    SELECT p.* FROM accommodation_proposal p
     WHERE p.id = of_proposal AND acting_role('job:accommodation_allocation') IS TRUE
       AND p.partnership_id = acting_partnership()
  ), known AS MATERIALIZED (
    SELECT n.* FROM asked p
     CROSS JOIN LATERAL accommodation_knowable(p.partnership_id, people_walled(p.by_id, '{}'), p.by_id, NULL) k
      JOIN accommodation_need n ON n.id = k.need AND n.status = 'open'
  )
  SELECT jsonb_build_object(
    'need', to_jsonb(n) - ARRAY['words', 'pets_words', 'ended_words', 'person_id', 'case_id', 'opened_by_id'],
    'risk', COALESCE(NULLIF(c.risk, ''), NULLIF(n.risk, ''), 'unknown'),
    'members', (SELECT jsonb_agg(jsonb_build_object('part', m.part, 'sex', m.sex, 'birth_date', m.birth_date, 'age', m.age,
                                                    'age_on', m.age_on, 'due_on', m.due_on))
                  FROM accommodation_needmember m WHERE m.need_id = n.id AND m.left_at IS NULL),
    'areas', (SELECT jsonb_agg(jsonb_build_object('kind', r.kind, 'area_code', r.area_code, 'miles', r.miles))
                FROM accommodation_needarea r WHERE r.need_id = n.id AND r.ended_at IS NULL),
    -- A space that somebody said no to in the last thirty days is not proposed anew; nor one that is asked for already.
    'without', (SELECT jsonb_agg(x.space_id) FROM (
        SELECT a.space_id FROM accommodation_ask a
         WHERE a.need_id = n.id AND (a.status IN ('asked', 'talking', 'offered')
               OR (a.status IN ('refused', 'declined') AND a.status_at > now() - interval '30 days'))
        UNION
        SELECT g.space_id FROM accommodation_suggestion g
         WHERE g.need_id = n.id AND g.space_id IS NOT NULL AND g.status = 'no'
           AND g.answered_at > now() - interval '30 days'
        UNION
        SELECT l.space_id FROM accommodation_proposedplace l
         WHERE l.need_id = n.id AND l.space_id IS NOT NULL AND l.status = 'not_this'
           AND l.decided_at > now() - interval '30 days') x))
    FROM known n JOIN cases_case c ON c.id = n.case_id
$$;

-- How the needs of a proposal stand now: whether anybody still looks for a place for them, and whether what they need
-- has changed since. Not where they went, nor how it ended.
CREATE OR REPLACE FUNCTION accommodation_proposal_now(of_proposal bigint)
RETURNS TABLE (line bigint, waits boolean, changed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT l.id, n.status = 'open', n.version <> l.need_version
    FROM accommodation_proposedplace l JOIN accommodation_need n ON n.id = l.need_id
   WHERE l.proposal_id = of_proposal AND l.partnership_id = acting_partnership()
     AND accommodation_may_read_proposal(of_proposal)
$$;

-- Who is told that a coordinator asks something of who looks for a household: who began the search, who looked last, who
-- leads the case, at the organisation that looks; its managers where none of them is there any more. Nobody who is
-- walled from them, and in a restricted case nobody who is not named.
CREATE OR REPLACE FUNCTION accommodation_lookers(of_need bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH n AS (
    SELECT x.*, c.is_restricted, c.lead_worker_id,
           (SELECT s.by_id FROM accommodation_search s WHERE s.need_id = x.id ORDER BY s.at DESC LIMIT 1) AS looked_last
      FROM accommodation_need x JOIN cases_case c ON c.id = x.case_id WHERE x.id = of_need
  ), walled AS (
    SELECT w.user_id, w.team_id FROM n CROSS JOIN LATERAL people_walled_from(n.person_id) w
  ), there AS (
    SELECT u.id, u.id IN (n.opened_by_id, n.looked_last, n.lead_worker_id) AS near, 'manager' = ANY (m.roles) AS runs
      FROM n JOIN access_membership m ON m.organisation_id = n.organisation_id AND m.is_active
       AND m.roles::text[] && ARRAY['access_point', 'practitioner', 'manager']
      JOIN access_user u ON u.id = m.user_id AND u.is_active
     WHERE (NOT n.is_restricted OR EXISTS (SELECT FROM cases_nameduser d WHERE d.case_id = n.case_id
                                            AND d.user_id = u.id AND d.ended_at IS NULL))
       AND NOT EXISTS (SELECT FROM walled w WHERE w.user_id = u.id OR w.team_id IN (
             SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
              WHERE o.user_id = u.id AND o.is_active))
  )
  SELECT t.id FROM there t WHERE t.near IS TRUE OR (t.runs AND NOT EXISTS (SELECT FROM there o WHERE o.near IS TRUE))
   ORDER BY t.id LIMIT 20
$$;
REVOKE EXECUTE ON FUNCTION accommodation_lookers(bigint) FROM PUBLIC;

-- Put a space to who looks for a household, or, without one, ask them to look again. Answers why not ('none': no such need
-- for who acts, the same as hidden; 'ended'; 'before': the same stands already), else 'made', and whom to tell.
CREATE OR REPLACE FUNCTION accommodation_suggest(of_need bigint, of_space bigint, of_line bigint, in_words text)
RETURNS TABLE (answer text, told bigint[]) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  looked accommodation_need%ROWTYPE;
BEGIN
  answer := 'none';
  told := '{}';
  IF acting_role('placement_coordinator') IS TRUE AND accommodation_may_coordinate(of_need) THEN
    SELECT * INTO looked FROM accommodation_need n WHERE n.id = of_need FOR NO KEY UPDATE;
    IF looked.status <> 'open' THEN
      answer := 'ended';
    ELSIF EXISTS (SELECT FROM accommodation_suggestion g WHERE g.need_id = of_need AND g.status = 'open'
                     AND g.space_id IS NOT DISTINCT FROM of_space) THEN
      answer := 'before';
    ELSIF of_space IS NULL OR EXISTS (SELECT FROM accommodation_space s
                                       WHERE s.id = of_space AND s.partnership_id = acting_partnership()) THEN
      INSERT INTO accommodation_suggestion (id, partnership_id, need_id, case_id, space_id, line_id, why, at, by_id, by_name,
                                            status, answered_by, because)
      VALUES (new_id(), looked.partnership_id, looked.id, looked.case_id, of_space, of_line, in_words, clock_timestamp(),
              acting_user(), COALESCE((SELECT u.name FROM access_user u WHERE u.id = acting_user()), ''), 'open', '', '');
      answer := 'made';
      told := ARRAY(SELECT accommodation_lookers(of_need));
    END IF;
  END IF;
  RETURN NEXT;
END $$;
