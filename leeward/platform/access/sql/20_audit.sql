-- The log of everything done and looked at. Each entry holds the hash of its own content and of the entry before it
-- in its chain. One chain a user (visitors and jobs: a few by chance), so that nobody waits for anybody's commit.
-- The web role can neither write the table nor change it: only call this.

CREATE OR REPLACE FUNCTION audit_content(
  chain bigint, seq bigint, at timestamptz, partnership_id bigint, user_id bigint, organisation_id bigint, action text,
  subject_kind text, subject_id bigint, person_id bigint, listed bigint[], detail jsonb
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE  -- "stable" as concat_ws is: else it is called row by row, not inlined
  RETURN concat_ws('|', chain, seq, (extract(epoch FROM at) * 1000000)::bigint, COALESCE(partnership_id, 0),
    COALESCE(user_id, 0), COALESCE(organisation_id, 0), action, subject_kind, COALESCE(subject_id, 0),
    COALESCE(person_id, 0), listed::text, detail::text);

CREATE OR REPLACE FUNCTION audit_append(
  what text, kind text, subject bigint DEFAULT NULL, person bigint DEFAULT NULL, listed bigint[] DEFAULT '{}',
  detail jsonb DEFAULT '{}'
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  which bigint := COALESCE(acting_user(), floor(random() * 16)::bigint);
  number bigint;
  before bytea;
  moment timestamptz := clock_timestamp();
  made bytea;
BEGIN
  SELECT h.seq, h.hash INTO number, before FROM access_chainhead h WHERE h.chain = which FOR NO KEY UPDATE;
  IF number IS NULL THEN
    INSERT INTO access_chainhead (chain, seq, hash) VALUES (which, 0, sha256(which::text::bytea))
      ON CONFLICT DO NOTHING;
    SELECT h.seq, h.hash INTO number, before FROM access_chainhead h WHERE h.chain = which FOR NO KEY UPDATE;
  END IF;
  number := number + 1;
  made := sha256(before || convert_to(audit_content(which, number, moment, acting_partnership(), acting_user(),
    acting_organisation(), what, kind, subject, person, listed, detail), 'UTF8'));
  INSERT INTO access_auditentry (chain, seq, at, partnership_id, user_id, organisation_id, action, subject_kind,
      subject_id, person_id, listed, detail, hash)
    VALUES (which, number, moment, acting_partnership(), acting_user(), acting_organisation(), what, kind, subject,
      person, listed, detail, made);
  UPDATE access_chainhead SET seq = number, hash = made WHERE chain = which;
END $$;

-- Requests of one user wait for each other from here on. The lock is that of their entries in the log, so that whoever
-- has written one already and whoever has not come in the same order.
CREATE OR REPLACE FUNCTION audit_hold() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  SELECT FROM access_chainhead h WHERE h.chain = acting_user() FOR NO KEY UPDATE
$$;

-- Nobody changes the log, the owner included: who must, has first to take these away, and that shows.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The log is append-only.';
END $$;
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON access_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON access_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- The heads of all chains, for the anchor outside: numbers and hashes, nothing about anybody.
CREATE OR REPLACE FUNCTION audit_heads() RETURNS TABLE (chain bigint, seq bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT h.chain, h.seq, h.hash FROM access_chainhead h WHERE h.seq > 0
$$;

-- Entries about a person and what is theirs, for the data protection lead: by the indexes, which row policies would keep
-- from being used (an operator on a list is not leakproof). The policy of the table is asked of each entry again.
CREATE OR REPLACE FUNCTION audit_about(person bigint, kinds text[], things bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT e.id FROM access_auditentry e
   WHERE e.person_id = person AND e.partnership_id = acting_partnership() AND acting_role('data_protection')
  UNION
  SELECT e.id FROM access_auditentry e
   WHERE e.subject_kind = ANY (kinds) AND e.subject_id = ANY (things || person)
     AND e.partnership_id = acting_partnership() AND acting_role('data_protection')
  UNION
  SELECT e.id FROM access_auditentry e
   WHERE e.listed && (things || person) AND e.partnership_id = acting_partnership() AND acting_role('data_protection')
$$;
