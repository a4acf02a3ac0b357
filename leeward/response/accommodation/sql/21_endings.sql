-- What ends a promise before anybody came: its locks in the one order of decision 0020, and whom it is news for.

-- Before somebody is said not to have come: the need and its asks are locked, by number, before the space, its periods and
-- the case. The provider may not write the need itself. Only for its own stay that is still expected.
CREATE OR REPLACE FUNCTION accommodation_before_falling(of_stay bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found accommodation_stay%ROWTYPE;
BEGIN
  SELECT * INTO found FROM accommodation_stay y
   WHERE y.id = of_stay AND y.status = 'expected' AND y.organisation_id = acting_organisation()
     AND cases_acting_sees(y.case_id, 3);
  IF found.id IS NULL OR found.need_id IS NULL THEN
    RETURN;
  END IF;
  PERFORM FROM accommodation_need n WHERE n.id = found.need_id AND n.case_id = found.case_id FOR NO KEY UPDATE;
  PERFORM a.id FROM accommodation_ask a
    WHERE a.need_id = found.need_id AND (a.id = found.ask_id OR a.status IN ('asked', 'talking', 'offered'))
    ORDER BY a.id FOR NO KEY UPDATE;
END $$;

-- Before several asks of a provider end: the cases that are shared for them, by number. Each ending writes the sight of its
-- case anew; in the order of the asks, two providers that close at once would wait for one another.
CREATE OR REPLACE FUNCTION accommodation_lock_cases(asks bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*) FROM (
    SELECT c.id FROM cases_case c
     WHERE c.id IN (SELECT a.case_id FROM accommodation_ask a
                     WHERE a.id = ANY (asks) AND a.organisation_id = acting_organisation() AND a.share_id IS NOT NULL)
     ORDER BY c.id FOR NO KEY UPDATE) locked
$$;

-- Who of the other providers is told that a household has found a place: those whose ask the acceptance has just ended, also
-- where somebody else of those who look had asked, which not everybody who accepts may know. Not who is walled.
CREATE OR REPLACE FUNCTION accommodation_lost_users(of_ask bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH lost AS MATERIALIZED (
    SELECT o.id, o.person_id, o.organisation_id, p.team_id
      FROM accommodation_ask a
      JOIN accommodation_ask o ON o.need_id = a.need_id AND o.status = 'lost' AND o.status_at >= a.status_at
      LEFT JOIN accommodation_provider p ON p.organisation_id = o.organisation_id
     WHERE a.id = of_ask AND a.status = 'accepted' AND a.partnership_id = acting_partnership() AND accommodation_seeks(a)
  )
  SELECT DISTINCT u.id FROM lost
    JOIN access_membership m ON m.organisation_id = lost.organisation_id AND m.is_active
     AND m.roles::text[] && ARRAY['practitioner', 'manager']
    JOIN access_user u ON u.id = m.user_id AND u.is_active
   WHERE (lost.team_id IS NULL OR EXISTS (SELECT FROM access_membership_teams t
                                           WHERE t.membership_id = m.id AND t.team_id = lost.team_id))
     AND NOT EXISTS (SELECT FROM people_walled_from(lost.person_id) w WHERE w.user_id = u.id OR w.team_id IN (
           SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
            WHERE o.user_id = u.id AND o.is_active))
$$;
