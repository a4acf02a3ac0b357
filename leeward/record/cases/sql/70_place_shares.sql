-- Shares with a provider that was asked for a safe place: whoever looks gives them, and they end with the ask by whichever
-- side it ends, or by itself. Called by functions of the room that asks, never by a user.

-- Ends such a share, whoever acts: sight ends with this transaction. Answers the case, null where there was none to end.
CREATE OR REPLACE FUNCTION cases_end_place_share(which bigint, in_words text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  share cases_involvement%ROWTYPE;
BEGIN
  -- Before the share, the case: in this order as everywhere (cases_refresh_sight locks it).
  PERFORM FROM cases_case c WHERE c.id = (SELECT i.case_id FROM cases_involvement i WHERE i.id = which) FOR UPDATE;
  SELECT * INTO share FROM cases_involvement i
   WHERE i.id = which AND i.origin = 'place' AND NOT i.is_lead AND i.status IN ('active', 'offered') FOR UPDATE;
  IF share.id IS NULL THEN
    RETURN NULL;
  END IF;
  UPDATE cases_involvement SET status = CASE WHEN share.status = 'active' THEN 'ended' ELSE 'withdrawn' END,
         ended_at = clock_timestamp(), ended_by_id = acting_user(), ended_reason = in_words
   WHERE id = which;
  INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
      organisation_id, scope, needs_risk, needs_address, own_organisation)
  VALUES (new_id(), share.case_id, clock_timestamp(), true, 'sharing', 'A share was ended', in_words, 'involvement', share.id, '',
          NULL, 2, false, true, false);
  PERFORM cases_refresh_sight(share.case_id);
  RETURN share.case_id;
END $$;
REVOKE EXECUTE ON FUNCTION cases_end_place_share(bigint, text) FROM PUBLIC;

-- They stay there: the share lasts as long as the work does, until somebody ends it.
CREATE OR REPLACE FUNCTION cases_keep_place_share(which bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  of_case bigint;
BEGIN
  UPDATE cases_involvement SET until = NULL
   WHERE id = which AND origin = 'place' AND status IN ('active', 'offered') AND until IS NOT NULL
  RETURNING case_id INTO of_case;
  IF of_case IS NOT NULL THEN
    PERFORM cases_refresh_sight(of_case);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION cases_keep_place_share(bigint) FROM PUBLIC;
