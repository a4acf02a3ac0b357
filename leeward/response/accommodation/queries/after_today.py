"""What stays ask of Today, as parts of the one statement of queries/today.py.

Everything is asked of the provider's own stays, but for a return home: that is for who has the address of the case.
"""

from __future__ import annotations

from datetime import timedelta

# After so many days without a word to somebody who has left and is still supported. Chosen by us: no rule says it.
RESETTLED_EVERY = timedelta(days=28)

AFTER = """
  'overstay', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, y.licence_until AS day FROM accommodation_stay y
     WHERE y.organisation_id = %(organisation)s AND y.status = 'in' AND y.licence_until < %(today)s
     ORDER BY y.licence_until, y.id LIMIT %(most)s) x),
  'birthdays', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, min((r.birth_date + make_interval(years => s.sons_up_to + 1))::date) AS day
      FROM accommodation_stay y JOIN accommodation_space s ON s.id = y.space_id
      JOIN accommodation_resident r ON r.stay_id = y.id
     WHERE y.organisation_id = %(organisation)s AND y.status = 'in' AND s.sons_up_to IS NOT NULL AND r.part = 'child'
       AND r.sex <> 'female' AND r.until_on IS NULL
       AND (r.birth_date + make_interval(years => s.sons_up_to + 1))::date BETWEEN %(since)s AND %(ahead)s
     GROUP BY y.id, y.person_id ORDER BY day, y.id LIMIT %(most)s) x),
  'resettle', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, m.resettled_until AS day, m.resettled_until <= %(today)s AS tonight
      FROM accommodation_stay y JOIN accommodation_moveon m ON m.stay_id = y.id
     WHERE y.organisation_id = %(organisation)s AND y.status = 'left' AND m.resettled_until IS NOT NULL
       AND m.resettled_ended_on IS NULL
       AND (m.resettled_until <= %(today)s OR GREATEST(y.left_at, (
            SELECT max(e.at) FROM accommodation_stayevent e WHERE e.stay_id = y.id AND e.kind = 'resettlement'
            )) < %(quiet)s)
     ORDER BY m.resettled_until, y.id LIMIT %(most)s) x),
  'home', (SELECT jsonb_agg(x) FROM (
    SELECT y.case_id AS id, y.person_id, max(y.left_at) AS at
      FROM (SELECT * FROM accommodation_stay  -- these first: few, against every case that the organisation has
             WHERE status = 'left' AND destination = 'returned_safe' AND left_at > %(while_ago)s
               AND (%(everyone)s OR case_id = ANY (ARRAY(SELECT case_id FROM led))) OFFSET 0) y
     WHERE EXISTS (SELECT FROM cases_casesight c WHERE c.case_id = y.case_id AND c.address AND c.scope >= 3
                      AND c.source = 'involvement')
       AND NOT EXISTS (SELECT FROM accommodation_sanctuary n WHERE n.case_id = y.case_id AND n.status <> 'ended')
       AND NOT EXISTS (SELECT FROM accommodation_sanctuary n WHERE n.case_id = y.case_id AND n.referred_at > y.left_at)
     GROUP BY y.case_id, y.person_id ORDER BY max(y.left_at) DESC, y.case_id LIMIT %(most)s) x),
  'closing', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, y.arrived_at AS at
      FROM (SELECT s.id FROM accommodation_site t JOIN accommodation_space s ON s.site_id = t.id  -- these first: few
             WHERE t.organisation_id = %(organisation)s AND (s.closed_on IS NOT NULL OR t.closed_on IS NOT NULL)
             OFFSET 0) s
      JOIN accommodation_stay y ON y.space_id = s.id
     WHERE y.organisation_id = %(organisation)s AND y.status = 'in'
       AND NOT EXISTS (SELECT FROM accommodation_need n WHERE n.moves_from_id = y.id AND n.status IN ('open', 'placed'))
     ORDER BY y.arrived_at, y.id LIMIT %(most)s) x),
  'away', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, min(e.at) AS at
      FROM accommodation_stayevent e JOIN accommodation_stay y ON y.id = e.stay_id
     WHERE y.organisation_id = %(organisation)s AND y.status = 'in' AND e.kind = 'absence' AND e.until IS NULL
     GROUP BY y.id, y.person_id ORDER BY min(e.at), y.id LIMIT %(most)s) x),
  'twice', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id AS id, n.person_id, n.id AS of, n.opened_at AS at FROM looked n
     WHERE n.id IN (SELECT t.need_id FROM accommodation_looked_for_twice(ARRAY(SELECT o.id FROM looked o)) t)
     ORDER BY n.opened_at LIMIT %(most)s) x),
  'reviews', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id AS id, n.person_id, n.id AS of, min(r.due_on) AS day FROM accommodation_sanctuaryreview r
      JOIN accommodation_sanctuary n ON n.id = r.sanctuary_id
     WHERE n.organisation_id = %(organisation)s AND n.status <> 'ended' AND r.asked_on IS NULL AND r.due_on <= %(today)s
       AND (%(everyone)s OR n.referred_by_id = %(me)s OR n.case_id = ANY (ARRAY(SELECT case_id FROM led)))
     GROUP BY n.id ORDER BY min(r.due_on), n.id LIMIT %(most)s) x)
"""
