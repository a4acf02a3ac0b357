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
  PERFORM FROM accommodation_need n WHERE n.id = found.need_id AND n.case_id = found.case_id FOR UPDATE;
  PERFORM a.id FROM accommodation_ask a
    WHERE a.need_id = found.need_id AND (a.id = found.ask_id OR a.status IN ('asked', 'talking', 'offered'))
    ORDER BY a.id FOR UPDATE;
END $$;

-- Before several asks of a provider end: the cases that are shared for them, by number. Each ending writes the sight of its
-- case anew; in the order of the asks, two providers that close at once would wait for one another.
CREATE OR REPLACE FUNCTION accommodation_lock_cases(asks bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*) FROM (
    SELECT c.id FROM cases_case c
     WHERE c.id IN (SELECT a.case_id FROM accommodation_ask a
                     WHERE a.id = ANY (asks) AND a.organisation_id = acting_organisation() AND a.share_id IS NOT NULL)
     ORDER BY c.id FOR UPDATE) locked
$$;
