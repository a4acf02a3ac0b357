-- What is finished is never changed by anybody; that it was entered in the wrong case is said of it, by the organisation
-- that made it and that works in the case, with a reason. What it says stays to be read.
CREATE OR REPLACE FUNCTION risk_take_back(which bigint, why text, who text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE risk_assessment a
     SET status = 'withdrawn', withdrawn_reason = why, withdrawn_by = who, withdrawn_at = now(), version = a.version + 1
   WHERE a.id = which AND a.status = 'finished' AND btrim(why) <> '' AND a.organisation_id = acting_organisation()
     AND acting_works_cases()
     AND EXISTS (
       SELECT FROM cases_casesight s
        WHERE s.case_id = a.case_id AND s.scope >= 3 AND s.risk AND s.source = 'involvement'
          AND s.organisation_id = acting_organisation()
          AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
          AND (s.user_id IS NULL OR s.user_id = acting_user())
          AND (s.until IS NULL OR s.until > now())
          AND s.person_id <> ALL (acting_walls()))
  RETURNING true
$$;
