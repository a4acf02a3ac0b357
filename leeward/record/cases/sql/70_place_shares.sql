-- Shares with a provider that was asked for a safe place: whoever looks gives them, and they end with the ask by whichever
-- side it ends, or by themselves. Called by functions of the room that asks, never by a user. What is ended or kept is every
-- such share of the case with that provider: none of them outlives its ask because another row took its place.
DROP FUNCTION IF EXISTS cases_end_place_share(bigint, text);
DROP FUNCTION IF EXISTS cases_keep_place_share(bigint);

-- Ends them, whoever acts: sight ends with this transaction. Answers the case, null where there was none to end.
CREATE OR REPLACE FUNCTION cases_end_place_shares(of_case bigint, of_organisation bigint, in_words text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  share record;
  ended bigint;
BEGIN
  -- Before the shares, the case: in this order as everywhere (cases_refresh_sight locks it).
  PERFORM FROM cases_case c WHERE c.id = of_case FOR NO KEY UPDATE;
  FOR share IN
    SELECT i.id, i.status FROM cases_involvement i
     WHERE i.case_id = of_case AND i.organisation_id = of_organisation AND i.origin = 'place' AND NOT i.is_lead
       AND i.status IN ('active', 'offered') ORDER BY i.id FOR NO KEY UPDATE
  LOOP
    UPDATE cases_involvement SET status = CASE WHEN share.status = 'active' THEN 'ended' ELSE 'withdrawn' END,
           ended_at = clock_timestamp(), ended_by_id = acting_user(), ended_reason = in_words
     WHERE id = share.id;
    INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
        organisation_id, scope, needs_risk, needs_address, own_organisation)
    VALUES (new_id(), of_case, clock_timestamp(), true, 'sharing', 'A share was ended', in_words, 'involvement', share.id, '',
            NULL, 2, false, true, false);
    ended := of_case;
  END LOOP;
  IF ended IS NOT NULL THEN
    PERFORM cases_refresh_sight(of_case);
  END IF;
  RETURN ended;
END $$;
REVOKE EXECUTE ON FUNCTION cases_end_place_shares(bigint, bigint, text) FROM PUBLIC;

-- They stay there: the shares last as long as the work does, until somebody ends them.
CREATE OR REPLACE FUNCTION cases_keep_place_shares(of_case bigint, of_organisation bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE cases_involvement SET until = NULL
   WHERE case_id = of_case AND organisation_id = of_organisation AND origin = 'place' AND status IN ('active', 'offered')
     AND until IS NOT NULL;
  IF FOUND THEN
    PERFORM cases_refresh_sight(of_case);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION cases_keep_place_shares(bigint, bigint) FROM PUBLIC;

-- A case is closed and its shares end: those with providers too, also for who may not know whom they were made to.
CREATE OR REPLACE FUNCTION cases_close_place_shares(of_case bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF cases_acting_sees(of_case, 3) IS NOT TRUE THEN
    RETURN;
  END IF;
  PERFORM cases_end_place_shares(of_case, i.organisation_id, 'The case was closed')
     FROM (SELECT DISTINCT organisation_id FROM cases_involvement
            WHERE case_id = of_case AND origin = 'place' AND status IN ('active', 'offered')
              AND organisation_id <> acting_organisation()) i;
END $$;
