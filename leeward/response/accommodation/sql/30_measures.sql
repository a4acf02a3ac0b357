-- Places and need, counted. These functions see every row, walls and restricted cases too, and give out numbers alone: a
-- number names nobody, and one that left somebody out would tell who reads it that there is somebody.

-- Who sees counts: the roles with that permission in roles.py (a test holds the two together).
CREATE OR REPLACE FUNCTION accommodation_may_count() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT COALESCE(string_to_array(NULLIF(current_setting('app.roles', true), ''), ',')
         && ARRAY['manager', 'placement_coordinator', 'analyst', 'data_protection', 'partnership_administrator'], false)
$$;

-- The first midnight of London at or after a moment, as a day.
CREATE OR REPLACE FUNCTION accommodation_first_midnight(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT ((at AT TIME ZONE 'Europe/London') - interval '1 microsecond')::date + 1
$$;

-- How many midnights lie from one moment until before another: so many nights. Both must be finite.
CREATE OR REPLACE FUNCTION accommodation_nights(from_at timestamptz, until_at timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT GREATEST(accommodation_first_midnight(until_at) - accommodation_first_midnight(from_at), 0)
$$;

CREATE OR REPLACE FUNCTION accommodation_midnight(of_day date) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT of_day::timestamp AT TIME ZONE 'Europe/London'
$$;

-- Space-nights of some periods, both days of each counted: a row for each, in their order. The night of a day ends with the
-- midnight after it; nights that have not come are not counted. Occupied: somebody has arrived. Promised: held, or accepted
-- and not yet there.
DROP FUNCTION IF EXISTS accommodation_space_nights(bigint, date, date, text);
CREATE OR REPLACE FUNCTION accommodation_space_nights(of_partnership bigint, sinces date[], untils date[], of_form text)
RETURNS TABLE (period bigint, total bigint, occupied bigint, promised bigint, turnaround bigint, void jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH asked AS MATERIALIZED (
    SELECT x.number, accommodation_midnight(x.since + 1) AS from_at,
           LEAST(accommodation_midnight(x.until + 2), statement_timestamp()) AS until_at
      FROM unnest(sinces, untils) WITH ORDINALITY AS x (since, until, number)
  ), first AS MATERIALIZED (
    SELECT o.space_id, min(lower(o.during)) AS at FROM accommodation_occupancy o
     WHERE o.partnership_id = of_partnership AND NOT isempty(o.during) GROUP BY o.space_id
  ), ours AS MATERIALIZED (
    SELECT s.id, accommodation_midnight(1 + LEAST(s.opened_on, (f.at AT TIME ZONE 'Europe/London')::date)) AS from_at,
           accommodation_midnight(1 + LEAST(s.closed_on, t.closed_on)) AS until_at
      FROM accommodation_space s JOIN accommodation_site t ON t.id = s.site_id LEFT JOIN first f ON f.space_id = s.id
     WHERE s.partnership_id = of_partnership AND (of_form = '' OR t.form = of_form)
  ), spaces AS MATERIALIZED (
    SELECT a.number, o.id, GREATEST(a.from_at, o.from_at) AS from_at, LEAST(a.until_at, o.until_at) AS until_at
      FROM ours o CROSS JOIN asked a
  ), periods AS MATERIALIZED (
    SELECT s.number, o.kind, o.reason, GREATEST(s.from_at, lower(o.during)) AS from_at,
           LEAST(s.until_at, COALESCE(upper(o.during), 'infinity')) AS until_at, y.arrived_at, y.left_at
      FROM spaces s JOIN accommodation_occupancy o ON o.space_id = s.id AND NOT isempty(o.during)
       AND (lower(o.during) IS NULL OR lower(o.during) < s.until_at)
       AND (upper(o.during) IS NULL OR upper(o.during) > s.from_at)
      LEFT JOIN accommodation_stay y ON y.id = o.stay_id AND o.kind = 'stay'
     WHERE s.until_at > s.from_at
  ), told AS MATERIALIZED (
    SELECT number, kind, reason,
           CASE WHEN kind = 'stay' AND arrived_at IS NOT NULL
                THEN accommodation_nights(GREATEST(from_at, arrived_at), LEAST(until_at, COALESCE(left_at, 'infinity')))
                ELSE 0 END AS lived,
           CASE WHEN kind = 'stay' THEN accommodation_nights(from_at, LEAST(until_at, COALESCE(arrived_at, 'infinity')))
                ELSE accommodation_nights(from_at, until_at) END AS other
      FROM periods
  ), totals AS (
    SELECT number, sum(accommodation_nights(from_at, until_at)) AS total FROM spaces GROUP BY number
  ), sums AS (
    SELECT number, sum(lived) AS occupied, sum(other) FILTER (WHERE kind IN ('stay', 'hold')) AS promised,
           sum(other) FILTER (WHERE kind = 'turnaround') AS turnaround
      FROM told GROUP BY number
  ), voids AS (
    SELECT number, jsonb_object_agg(reason, nights) AS void FROM (
      SELECT number, CASE WHEN reason = '' THEN 'not_said' ELSE reason END AS reason, sum(other) AS nights
        FROM told WHERE kind = 'void' GROUP BY 1, 2 HAVING sum(other) > 0) v GROUP BY number
  )
  SELECT a.number, COALESCE(t.total, 0), COALESCE(s.occupied, 0), COALESCE(s.promised, 0), COALESCE(s.turnaround, 0),
         COALESCE(v.void, '{}')
    FROM asked a LEFT JOIN totals t USING (number) LEFT JOIN sums s USING (number) LEFT JOIN voids v USING (number)
   ORDER BY a.number
$$;
REVOKE EXECUTE ON FUNCTION accommodation_space_nights(bigint, date[], date[], text) FROM PUBLIC;

-- Who looked for a place in some periods, a row for each, in their order; each household and each person once in each: however
-- many refuges said no, however often the search was begun anew, and under however many names, where somebody has linked
-- the records. A household was housed (or is safe otherwise) where its last search is: a need that was met settles those
-- that were begun before it was. Who is linked with whom is worked out once for all periods.
DROP FUNCTION IF EXISTS accommodation_households(bigint, date, date);
CREATE OR REPLACE FUNCTION accommodation_households(of_partnership bigint, sinces date[], untils date[])
RETURNS TABLE (period bigint, looked bigint, housed bigint, otherwise bigint, waiting bigint, ended bigint, refused bigint,
               people bigint, people_unmet bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE asked AS MATERIALIZED (
    SELECT x.number, accommodation_midnight(x.since) AS from_at,
           LEAST(accommodation_midnight(x.until + 1), statement_timestamp()) AS until_at
      FROM unnest(sinces, untils) WITH ORDINALITY AS x (since, until, number)
  ), every AS MATERIALIZED (
    SELECT n.id, n.person_id, n.opened_at, n.ended_at, n.ended_why FROM accommodation_need n
     WHERE n.partnership_id = of_partnership AND n.ended_why <> 'entered_in_error'
       AND n.opened_at < (SELECT max(until_at) FROM asked)
       AND (n.ended_at IS NULL OR n.ended_at >= (SELECT min(from_at) FROM asked))
  ), members AS MATERIALIZED (
    SELECT m.need_id, m.person_id FROM accommodation_needmember m JOIN every n ON n.id = m.need_id
     WHERE m.left_at IS NULL
  ), reach(start, person) AS (
    SELECT x.person_id, x.person_id FROM (
      SELECT person_id FROM every UNION SELECT person_id FROM members WHERE person_id IS NOT NULL) x
    UNION
    SELECT r.start, o.person FROM reach r CROSS JOIN LATERAL (
      SELECT l.second_id AS person FROM people_personlink l WHERE l.first_id = r.person AND l.undone_at IS NULL
      UNION ALL
      SELECT l.first_id FROM people_personlink l WHERE l.second_id = r.person AND l.undone_at IS NULL) o
  ), humans AS MATERIALIZED (
    SELECT start AS person, min(person) AS human FROM reach GROUP BY start
  ), turned_down AS MATERIALIZED (
    SELECT DISTINCT q.number, a.need_id FROM accommodation_ask a
      JOIN asked q ON a.status_at >= q.from_at AND a.status_at < q.until_at
     WHERE a.status = 'refused' AND a.partnership_id = of_partnership
  ), needs AS MATERIALIZED (
    SELECT p.number, n.id, h.human AS household, n.opened_at,
           CASE WHEN n.ended_at IS NOT NULL AND n.ended_at < p.until_at THEN n.ended_at END AS ended_at,
           CASE WHEN n.ended_at IS NULL OR n.ended_at >= p.until_at THEN 'waiting'
                WHEN n.ended_why = 'housed' THEN 'housed'
                WHEN n.ended_why IN ('housed_elsewhere', 'stays_safely') THEN 'otherwise' ELSE 'ended' END AS state
      FROM every n JOIN asked p ON n.opened_at < p.until_at AND (n.ended_at IS NULL OR n.ended_at >= p.from_at)
      JOIN humans h ON h.person = n.person_id
  ), searched AS MATERIALIZED (
    SELECT n.*, t.need_id IS NOT NULL AS refused,
           max(n.ended_at) FILTER (WHERE n.state IN ('housed', 'otherwise')) OVER (PARTITION BY n.number, n.household)
             AS met_at
      FROM needs n LEFT JOIN turned_down t ON t.number = n.number AND t.need_id = n.id
  ), households AS MATERIALIZED (
    SELECT number, household, bool_or(refused) AS refused,
           CASE WHEN bool_or(state = 'waiting' AND opened_at > COALESCE(met_at, '-infinity')) THEN 'waiting'
                WHEN bool_or(state = 'ended' AND opened_at > COALESCE(met_at, '-infinity')) THEN 'ended'
                WHEN bool_or(state = 'housed') THEN 'housed' ELSE 'otherwise' END AS state
      FROM searched GROUP BY number, household
  ), known AS MATERIALIZED (
    SELECT DISTINCT s.number, s.household, h.human FROM searched s
      JOIN members m ON m.need_id = s.id JOIN humans h ON h.person = m.person_id
    UNION SELECT number, household, household FROM searched
  ), counted AS MATERIALIZED (  -- by itself, as the next: asked of each household, they would read everybody's rows each time
    SELECT need_id, count(*) AS people FROM members GROUP BY need_id
  ), sizes AS MATERIALIZED (
    SELECT s.number, s.household, max(COALESCE(c.people, 0)) AS most
      FROM searched s LEFT JOIN counted c ON c.need_id = s.id GROUP BY s.number, s.household
  ), told AS MATERIALIZED (
    SELECT number, household, count(*) AS people FROM known GROUP BY number, household
  ), others AS MATERIALIZED (  -- who was only described, and has no record to be told apart by
    SELECT z.number, z.household, GREATEST(z.most - COALESCE(t.people, 0), 0) AS people
      FROM sizes z LEFT JOIN told t USING (number, household)
  ), met AS MATERIALIZED (
    SELECT DISTINCT k.number, k.human FROM known k JOIN households h USING (number, household)
     WHERE h.state IN ('housed', 'otherwise')
  ), states AS (
    SELECT number, count(*) AS looked, count(*) FILTER (WHERE state = 'housed') AS housed,
           count(*) FILTER (WHERE state = 'otherwise') AS otherwise, count(*) FILTER (WHERE state = 'waiting') AS waiting,
           count(*) FILTER (WHERE state = 'ended') AS ended, count(*) FILTER (WHERE refused) AS refused
      FROM households GROUP BY number
  ), recorded AS (
    SELECT k.number, count(DISTINCT k.human) AS people, count(DISTINCT k.human) FILTER (WHERE m.human IS NULL) AS unmet
      FROM known k LEFT JOIN met m ON m.number = k.number AND m.human = k.human GROUP BY k.number
  ), described AS (
    SELECT o.number, sum(o.people) AS people, sum(o.people) FILTER (WHERE h.state IN ('waiting', 'ended')) AS unmet
      FROM others o JOIN households h USING (number, household) GROUP BY o.number
  )
  SELECT a.number, COALESCE(s.looked, 0), COALESCE(s.housed, 0), COALESCE(s.otherwise, 0), COALESCE(s.waiting, 0),
         COALESCE(s.ended, 0), COALESCE(s.refused, 0), (COALESCE(r.people, 0) + COALESCE(d.people, 0))::bigint,
         (COALESCE(r.unmet, 0) + COALESCE(d.unmet, 0))::bigint
    FROM asked a LEFT JOIN states s USING (number) LEFT JOIN recorded r USING (number) LEFT JOIN described d USING (number)
   ORDER BY a.number
$$;
REVOKE EXECUTE ON FUNCTION accommodation_households(bigint, date[], date[]) FROM PUBLIC;

-- Everything that is counted of a period, both days; of one form of accommodation where one is given (not what concerns
-- households that look: they look for whatever there is). Nothing for who sees no counts.
CREATE OR REPLACE FUNCTION accommodation_measures(since date, until date, of_form text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH period AS (
    SELECT accommodation_midnight(since) AS from_at, LEAST(accommodation_midnight(until + 1), statement_timestamp()) AS until_at
  ), there AS MATERIALIZED (
    SELECT s.id FROM accommodation_space s JOIN accommodation_site t ON t.id = s.site_id
     WHERE s.partnership_id = acting_partnership() AND (of_form = '' OR t.form = of_form)
       AND accommodation_may_count() IS TRUE
  ), stays AS MATERIALIZED (
    SELECT y.*, (y.left_at AT TIME ZONE 'Europe/London')::date - (y.arrived_at AT TIME ZONE 'Europe/London')::date AS nights
      FROM accommodation_stay y JOIN there s ON s.id = y.space_id
  ), ended AS MATERIALIZED (
    SELECT y.* FROM stays y CROSS JOIN period p
     WHERE y.status = 'left' AND y.left_at >= p.from_at AND y.left_at < p.until_at
  ), lived AS (  -- who lived in which space when, one after the other
    SELECT o.space_id, GREATEST(lower(o.during), y.arrived_at) AS from_at,
           LEAST(COALESCE(upper(o.during), 'infinity'), COALESCE(y.left_at, 'infinity')) AS until_at
      FROM accommodation_occupancy o JOIN there s ON s.id = o.space_id
      JOIN accommodation_stay y ON y.id = o.stay_id AND y.arrived_at IS NOT NULL
     WHERE o.kind = 'stay' AND NOT isempty(o.during) AND y.arrived_at < COALESCE(upper(o.during), 'infinity')
  ), gaps AS (
    SELECT x.from_at, (x.from_at AT TIME ZONE 'Europe/London')::date - (x.before AT TIME ZONE 'Europe/London')::date AS days
      FROM (SELECT l.from_at, lag(l.until_at) OVER (PARTITION BY l.space_id ORDER BY l.from_at) AS before FROM lived l) x
     WHERE x.before < 'infinity'
  ), turned AS (
    SELECT g.days FROM gaps g CROSS JOIN period p WHERE g.from_at >= p.from_at AND g.from_at < p.until_at
  ), said AS (
    SELECT a.status, a.reason, a.reason_version FROM accommodation_ask a JOIN there s ON s.id = a.space_id
     CROSS JOIN period p
     WHERE a.status IN ('refused', 'declined') AND a.status_at >= p.from_at AND a.status_at < p.until_at
  ), looked AS (
    SELECT count(*) AS searches, count(*) FILTER (WHERE x.fits = 0) AS nothing FROM accommodation_search x
     CROSS JOIN period p
     WHERE x.partnership_id = acting_partnership() AND x.at >= p.from_at AND x.at < p.until_at
  ), months AS MATERIALIZED (  -- the whole period first, then month by month, of its last two years at most
    SELECT row_number() OVER (ORDER BY x.first NULLS FIRST) AS number, x.first, GREATEST(since, x.first) AS since,
           LEAST(until, (x.first + interval '1 month')::date - 1) AS until
      FROM (SELECT NULL::date AS first UNION ALL SELECT g::date FROM generate_series(
              GREATEST(date_trunc('month', since), date_trunc('month', until) - interval '23 months'),
              date_trunc('month', until), interval '1 month') g) x
  ), nights AS MATERIALIZED (
    SELECT m.first, n.* FROM accommodation_space_nights(
             acting_partnership(), ARRAY(SELECT m.since FROM months m ORDER BY m.number),
             ARRAY(SELECT m.until FROM months m ORDER BY m.number), of_form) n
      JOIN months m ON m.number = n.period
  ), homes AS MATERIALIZED (
    SELECT m.first, h.* FROM accommodation_households(
             acting_partnership(), ARRAY(SELECT m.since FROM months m ORDER BY m.number),
             ARRAY(SELECT m.until FROM months m ORDER BY m.number)) h
      JOIN months m ON m.number = h.period
  )
  SELECT jsonb_build_object(
    'nights', (SELECT to_jsonb(n) FROM nights n WHERE n.first IS NULL),
    'turnaround', (SELECT jsonb_build_object('number', count(*),
                     'median', percentile_disc(0.5) WITHIN GROUP (ORDER BY days)) FROM turned),
    'stays', (SELECT jsonb_build_object('ended', count(*), 'planned', count(*) FILTER (WHERE planned),
                'unplanned', count(*) FILTER (WHERE NOT planned),
                'median', percentile_disc(0.5) WITHIN GROUP (ORDER BY nights), 'longest', max(nights)) FROM ended),
    'arrived', (SELECT count(*) FROM stays y CROSS JOIN period p
                 WHERE y.arrived_at >= p.from_at AND y.arrived_at < p.until_at),
    'not_arrived', (SELECT COALESCE(jsonb_object_agg(x.why, x.n), '{}') FROM (
        SELECT y.not_arrived_why AS why, count(*) AS n FROM stays y CROSS JOIN period p
         WHERE y.status = 'not_arrived' AND y.left_at >= p.from_at AND y.left_at < p.until_at GROUP BY 1) x),
    'endings', (SELECT COALESCE(jsonb_object_agg(x.ending, x.n), '{}') FROM (
        SELECT ending, count(*) AS n FROM ended GROUP BY 1) x),
    'destinations', (SELECT COALESCE(jsonb_agg(to_jsonb(x)), '[]') FROM (
        SELECT destination AS code, destination_version AS version, count(*) AS number FROM ended GROUP BY 1, 2) x),
    'refused', (SELECT COALESCE(jsonb_agg(to_jsonb(x)), '[]') FROM (
        SELECT reason AS code, reason_version AS version, count(*) AS number FROM said WHERE status = 'refused'
         GROUP BY 1, 2) x),
    'declined', (SELECT COALESCE(jsonb_agg(to_jsonb(x)), '[]') FROM (
        SELECT reason AS code, reason_version AS version, count(*) AS number FROM said WHERE status = 'declined'
         GROUP BY 1, 2) x),
    'searches', (SELECT to_jsonb(l) FROM looked l),
    'households', (SELECT to_jsonb(h) FROM homes h WHERE h.first IS NULL),
    'months', (SELECT COALESCE(jsonb_agg(jsonb_build_object('month', n.first, 'total', n.total, 'occupied', n.occupied,
                 'looked', h.looked, 'unmet', h.waiting + h.ended) ORDER BY n.first), '[]')
        FROM nights n JOIN homes h ON h.first = n.first))
   WHERE accommodation_may_count() IS TRUE
$$;

-- For the map: of each area the spaces that are free, taken and out of use now, and how many households that look now left
-- it. Few households of an area are told as few (0: none, 1: one to four, else the number).
CREATE OR REPLACE FUNCTION accommodation_by_area() RETURNS TABLE (
  area text, free bigint, occupied bigint, unusable bigint, looking bigint, few boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH now_there AS (
    SELECT t.area_code, o.kind FROM accommodation_space s
      JOIN accommodation_site t ON t.id = s.site_id AND t.closed_on IS NULL
      LEFT JOIN accommodation_occupancy o ON o.space_id = s.id AND o.during @> statement_timestamp()
     WHERE s.partnership_id = acting_partnership() AND s.closed_on IS NULL AND accommodation_may_count() IS TRUE
  ), spaces AS (
    SELECT area_code, count(*) FILTER (WHERE kind IS NULL) AS free,
           count(*) FILTER (WHERE kind IN ('stay', 'hold')) AS occupied,
           count(*) FILTER (WHERE kind IN ('void', 'turnaround')) AS unusable
      FROM now_there GROUP BY 1
  ), needs AS (
    SELECT n.from_area, count(DISTINCT n.person_id) AS number FROM accommodation_need n
     WHERE n.partnership_id = acting_partnership() AND n.status = 'open' AND n.from_area <> ''
       AND accommodation_may_count() IS TRUE
     GROUP BY 1
  )
  SELECT COALESCE(s.area_code, n.from_area)::text, COALESCE(s.free, 0), COALESCE(s.occupied, 0), COALESCE(s.unusable, 0),
         CASE WHEN n.number >= 5 THEN n.number ELSE 0 END, COALESCE(n.number BETWEEN 1 AND 4, false)
    FROM spaces s FULL JOIN needs n ON n.from_area = s.area_code
$$;
