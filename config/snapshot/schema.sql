-- Written by `make snapshot`: never edit or merge it by hand.
-- What these migrations make of an empty database; `migrate` loads it there and runs what is newer.
-- statements dd9f412a44135791
-- contenttypes.0001_initial 35ed8489a147e0b4
-- contenttypes.0002_remove_content_type_name 7d36494075750f0e
-- auth.0001_initial 845cff319606332f
-- auth.0002_alter_permission_name_max_length feaf97e0e8f7d148
-- auth.0003_alter_user_email_max_length 9d5657b4db9872dc
-- auth.0004_alter_user_username_opts 9538db342c9a9bec
-- auth.0005_alter_user_last_login_null 79f60a35dc000fdd
-- auth.0006_require_contenttypes_0002 00cb16e3405f14b6
-- auth.0007_alter_validators_add_error_messages 115db87dc327530f
-- auth.0008_alter_user_username_max_length 02857f65f7d64814
-- auth.0009_alter_user_last_name_max_length 19a89500e7f108a7
-- auth.0010_alter_group_name_max_length 0963ed6498ac0b3a
-- auth.0011_update_proxy_permissions 85a5dde708dc4b61
-- auth.0012_alter_user_first_name_max_length 6cefbc9f80903763
-- accounts.0001_people cb6ac56264ca30e8
-- account.0001_initial 6f27ff6bdf57521a
-- account.0002_email_max_length c956ab7a3c3660a1
-- account.0003_alter_emailaddress_create_unique_verified_email 66b6f1939621bcfa
-- account.0004_alter_emailaddress_drop_unique_email ebc6317e90c47d7a
-- account.0005_emailaddress_idx_upper_email e7569f1662da1754
-- account.0006_emailaddress_lower 54adb08cb3fba66b
-- account.0007_emailaddress_idx_email 87fad70bfde8ae29
-- account.0008_emailaddress_unique_primary_email_fixup 794bf875bdbef9c4
-- account.0009_emailaddress_unique_primary_email 79762cfa7b1e1d7c
-- inbox.0001_inbox 10713564bda93c5c
-- brandvoice.0001_extensions f71608836d753185
-- brandvoice.0002_positions 894588a9c5e3aa71
-- brandvoice.0003_signed_words_stay 52a498bd150bcea5
-- inbox.0002_spans 4bf8e768dcb0f66d
-- inbox.0003_hot_rows_without_shared_locks b9b6a601f2d9b9d5
-- inbox.0004_fewer_indexes bb338f7dcfb1634e
-- inbox.0005_overtaken_drafts 7f7137259a0f494f
-- brandvoice.0004_versions_take_turns 3e2083b25087b0bb
-- accounts.0002_delegations c05cfeea7205edc6
-- inbox.0006_corrections 1311291a9d01d6a7
-- brandvoice.0005_what_is_signed be854b6f71003019
-- brandvoice.0005_what_is_signed_continued 733a4e539b6f4fd0
-- brandvoice.0006_signatures_so_far ed788184a7f4cb4e
-- brandvoice.0007_all_that_is_signed_stays d64fc75e014d742d
-- inbox.0007_questions 4d12f9c2883f5cb9
-- accounts.0003_digests 37a7b92a86240b86
-- inbox.0008_readings 98c5f88332914ffa
-- inbox.0009_latest_tickets c64b0659eb4ed264
-- brandvoice.0008_rules 8bf2878795d52992
-- brandvoice.0009_terms_become_rules 115209f3d44e6c83
-- brandvoice.0010_kept_as_written 58326c1dd91c9cd2
-- inbox.0010_guard_decisions 57052dc9fa80ab4c
-- brandvoice.0011_learned_heads b37aa5bae8556e8f
-- brandvoice.0012_learned_from 5e84ea6f62476860
-- inbox.0011_taught_spans e30d39d130b21d07
-- inbox.0012_composed_once_a_ticket 2cc10a5747937dd9
-- inbox.0013_coverage 9daf4b7720a7f5fe
-- inbox.0014_clusters 8279eac2fb6b1ede
-- inbox.0015_networks 147ded707d92dd3d
-- brandvoice.0013_holding_statements 2df01f2e6fe84bde
-- brandvoice.0014_contradictions 770c196f40d5604e
-- brandvoice.0015_usage 64f316f32617deee
-- inbox.0016_offers db73d004bde0dac5
-- inbox.0017_attachments 336ab51eafb1ae82
-- inbox.0018_customers_facts 134e84b25082a9c8
-- inbox.0019_endpoints 1f839e57a1f1fbc5
-- brandvoice.0016_silent_topics d549b87c86925cc2
-- inbox.0020_approvals b140ef5fd6b1680d
-- inbox.0021_channel_uses 798e1418e80f69a3
-- inbox.0022_search d023f787e02484f4
-- inbox.0023_undo_send deffed9d5e5a5d53
-- accounts.0004_working_hours 84ea24682fb6df76
-- accounts.0005_make_channels d91eefff0851b2f5
-- inbox.0024_chatwoot_calls 2e4402f5f13ac073
-- accounts.0006_names_of_fields 3ffa9b1d8a3544a3
-- inbox.0025_names_of_fields bb945e521baa562e
-- inbox.0026_repeatable 384915ba591eee47
-- inbox.0027_deadlines a7705b7fce8fc6cc
-- accounts.0007_notification_mail 09d8509912f9bc83
-- inbox.0028_notifications 01397c561b4e6d3a
-- inbox.0029_dead_letters e4932e898b6e38d4
-- inbox.0030_shared_drafts 528ae6d90371272a
-- inbox.0031_macros 279aea2db00b53ca
-- inbox.0032_notification_choices 19ef1973489e1c43
-- accounts.0008_notification_choices a598903d792671d9
-- accounts.0009_away 0566a164e58d1e71
-- accounts.0010_reopen_days fcebd74c70f49c25
-- accounts.0011_changes_read_first 283875ad53b891d9
-- accounts.0012_organization_time_zone 062b87cedc93c42f
-- accounts.0013_single_keys 4f806cd82c322d98
-- accounts.0014_wants_briefing 221d0b46ca420293
-- accounts.0015_more_roles 32550196bed03a8e
-- accounts.0016_post_scopes 695f1ae84ad8c04f
-- accounts.0017_shown_brand 9cb28d1bb2b8ff3c
-- accounts.0018_letters_held 7cee37858c964f9b
-- accounts.0019_incident_scope a37f510f61045ec3
-- admin.0001_initial f4716989d9815b62
-- admin.0002_logentry_remove_auto_add 2c127e659a2236ed
-- admin.0003_logentry_add_action_flag_choices 02700a827190720e
-- brandvoice.0017_names_of_fields 0ddce2d468d0d05a
-- brandvoice.0018_purpose_always 7ee8a3cebafc8ad7
-- brandvoice.0019_surveys 46f513d33d1fdacb
-- brandvoice.0020_purposes_of_positions 0033fde7f1796d2c
-- inbox.0033_customers 1f8c86c3ab553857
-- inbox.0034_pushes e2ea863d86a8647c
-- inbox.0035_purposes a6defdbb5dd552cb
-- inbox.0036_assignment 3db3f627d03dd7bd
-- inbox.0037_saved_views e6494fabe2d5e53d
-- inbox.0038_merges d85c7cdb01d1d3f7
-- inbox.0039_sights ddbcf7910b8e143e
-- inbox.0040_openings 39daa58ec82f235d
-- inbox.0041_regroupings 7511f51a975c3739
-- inbox.0042_files_to_send b317db2045430fc2
-- inbox.0043_search_places 930593f41bbec4b2
-- inbox.0044_spam 1c14137cbfb21af2
-- inbox.0045_named_statuses cff97c6226b8bf00
-- inbox.0046_privacy b52a70a0f245c275
-- inbox.0047_recent_searches d724c62d1c54c69d
-- inbox.0048_links b8a47b9133f319eb
-- inbox.0049_ticket_rules 817cce37c6ad33ac
-- inbox.0050_incidents f4e64b537ef30204
-- inbox.0051_incidents_are_declared 4fcc96ce8ffece1d
-- inbox.0052_spam_by_block 7abdee8f910561fe
-- inbox.0053_spam_that_nobody_marked 7d64332de40bf7f3
-- inbox.0054_parts_of_replies 3ba01ab70199348e
-- inbox.0055_incident_effects 9b676571528a26ad
-- inbox.0056_privacy_jobs_that_fail 0ad0d56b66c34198
-- inbox.0057_events_about_organizations ee5a553c82636c40
-- inbox.0058_spam_that_was_opened f838a1e35534c175
-- inbox.0059_spam_is_resolved 5bee1718236ee6d1
-- inbox.0060_message_templates 8e471544bbab360c
-- inbox.0061_briefings ec670d197fc98c9e
-- inbox.0062_posts 90c41b4516fc01ef
-- inbox.0063_crises_hold_posts 9f1056890ff92093
-- inbox.0064_surveys d8922f2cea8fb0dc
-- inbox.0065_custom_fields c56f2e296cab6c35
-- inbox.0066_rollups f6fc7ec1b1ed0e8e
-- inbox.0067_approval_policies 4ae9c65962039b78
-- inbox.0068_spikes 110d5a0e38464d4f
-- inbox.0069_posts_come_back 8a1f4e4088f29fc5
-- inbox.0070_rated_trigger f575aad37f719b20
-- inbox.0071_saved_reports fbc8cf732541a966
-- inbox.0072_rollup_months 8d5fc66c2c85895c
-- inbox.0073_counted_once d35b69bc80ce38bf
-- inbox.0074_openings_at_their_origin acdb303dce31f142
-- inbox.0075_approval_rules 58f7afdb01b71ca2
-- inbox.0076_reports_by_mail 4ed50aecf8a63a74
-- inbox.0077_spikes_told_apart 7cbfc30b624a0bcc
-- inbox.0078_more_writers 33f788949c21a923
-- inbox.0079_notifications_of_posts 23dcdf624ef94016
-- inbox.0080_rated bd160628cb496848
-- inbox.0081_clusters_with_positions af13a0cdea59953a
-- inbox.0082_reply_changes 090f24b3bd272833
-- inbox.0083_policies_remember 61d3e35e96213062
-- inbox.0084_incidents_by_programs 6694141120033f1b
-- inbox.0085_translations e7c52dd2f3a9fe68
-- inbox.0086_signed_words_in_posts 25721fb16abd770c
-- inbox.0087_tickets_by_brand 9cf3a3c9a67472db
-- mfa.0001_initial a42b6353f2ed5dd7
-- mfa.0002_authenticator_timestamps b6566eb07301e2e4
-- mfa.0003_authenticator_type_uniq 88550a456154080c
-- sandbox.0001_sandbox 4406cacf52f2ecdc
-- sandbox.0002_files a1b4486fb607317b
-- sessions.0001_initial 2aa438e2393ee513
-- usersessions.0001_initial b5d23c8ce0644061
-- webchat.0001_webchat 72e5502406ec8d4d
-- webchat.0002_files 2db2d7b9dd87777c

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE FUNCTION brandvoice_keep_as_written() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% % never changes', TG_TABLE_NAME, OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION brandvoice_keep_signed_position() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM brandvoice_positionversion WHERE position_id = OLD.id AND signed_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'position % was signed: its question and its brand never change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION brandvoice_keep_signed_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    changeable text[] := ARRAY['status', 'withdrawn_by_id', 'withdrawn_at', 'reason', 'gives_way_at'];
BEGIN
    IF OLD.signed_at IS NULL THEN
        
        IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'in_review') AND NOT EXISTS (
            SELECT FROM brandvoice_signature WHERE version_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'version % has no signature', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;

        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - changeable IS DISTINCT FROM to_jsonb(OLD) - changeable THEN
        RAISE EXCEPTION 'version % was signed: it never changes, write a new version', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status
        AND NOT (OLD.status = 'signed' AND NEW.status IN ('superseded', 'withdrawn', 'expired')) THEN
        RAISE EXCEPTION 'version % can not go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION brandvoice_keep_signed_wording() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    versions bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id]
    END;
BEGIN
    -- FOR SHARE waits for a signature that is being written at this moment.
    PERFORM FROM brandvoice_positionversion WHERE id = ANY (versions) AND signed_at IS NOT NULL FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'these words were signed: they never change, write a new version'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION brandvoice_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TEXT SEARCH CONFIGURATION onevoice (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR asciiword WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR word WITH unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR hword_part WITH unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR hword WITH unaccent, simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION onevoice
    ADD MAPPING FOR uint WITH simple;
CREATE TABLE account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_apikey (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    prefix character varying(16) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    scopes character varying(32)[] NOT NULL,
    all_channels boolean NOT NULL,
    per_minute integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_by_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT accounts_apikey_per_minute_check CHECK ((per_minute >= 0))
);
ALTER TABLE accounts_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_brand (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    slug character varying(50) NOT NULL,
    language character varying(10) NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE accounts_brand ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_brand_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_delegation (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    colleague_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT delegation_not_empty CHECK ((ends_at > starts_at)),
    CONSTRAINT delegation_to_somebody_else CHECK ((NOT (person_id = colleague_id)))
);
ALTER TABLE accounts_delegation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_delegation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_holiday (
    id bigint NOT NULL,
    date date NOT NULL,
    name character varying(120) NOT NULL,
    team_id bigint NOT NULL
);
ALTER TABLE accounts_holiday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_holiday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_invitation (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    role character varying(20) NOT NULL,
    token_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    invited_by_id bigint,
    organization_id bigint NOT NULL
);
ALTER TABLE accounts_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_invitation_teams (
    id bigint NOT NULL,
    invitation_id bigint NOT NULL,
    team_id bigint NOT NULL
);
ALTER TABLE accounts_invitation_teams ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_invitation_teams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_organization (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    slug character varying(50) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    reopen_days smallint,
    changes_read_first boolean NOT NULL,
    time_zone character varying(60) DEFAULT 'UTC'::character varying NOT NULL,
    CONSTRAINT accounts_organization_reopen_days_check CHECK ((reopen_days >= 0))
);
ALTER TABLE accounts_organization ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_organization_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_team (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    organization_id bigint NOT NULL,
    time_zone character varying(60) DEFAULT 'UTC'::character varying NOT NULL
);
ALTER TABLE accounts_team ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_team_members (
    id bigint NOT NULL,
    team_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE accounts_team_members ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_team_members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    title character varying(120) NOT NULL,
    role character varying(20) NOT NULL,
    language character varying(10) NOT NULL,
    theme character varying(10) NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id bigint,
    wants_digest boolean NOT NULL,
    digest_on date,
    away_since timestamp with time zone,
    single_keys boolean NOT NULL,
    briefing_on date,
    wants_briefing boolean,
    shown_brand_id bigint,
    letters_held_until timestamp with time zone,
    CONSTRAINT user_belongs_to_an_organization CHECK (((organization_id IS NOT NULL) OR is_superuser))
);
CREATE TABLE accounts_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE accounts_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE accounts_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE accounts_workinghours (
    id bigint NOT NULL,
    weekdays smallint[] NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    team_id bigint NOT NULL,
    CONSTRAINT working_hours_end_after_they_begin CHECK (((closes > opens) OR (closes = '00:00:00'::time without time zone)))
);
ALTER TABLE accounts_workinghours ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME accounts_workinghours_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_comment (
    id bigint NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    author_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE brandvoice_comment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_comment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_contradiction (
    id bigint NOT NULL,
    likeness double precision NOT NULL,
    differs boolean NOT NULL,
    left_says character varying(200) NOT NULL,
    right_says character varying(200) NOT NULL,
    left_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    right_id bigint NOT NULL
);
ALTER TABLE brandvoice_contradiction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_contradiction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_embedding (
    id bigint NOT NULL,
    embedder character varying(80) NOT NULL,
    vector vector NOT NULL,
    organization_id bigint NOT NULL,
    example_id bigint NOT NULL
);
ALTER TABLE brandvoice_embedding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_embedding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_evidence (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    url character varying(500) NOT NULL,
    organization_id bigint NOT NULL,
    version_id bigint NOT NULL,
    file_id bigint,
    CONSTRAINT evidence_is_a_link_or_a_file CHECK (((((url)::text = ''::text) OR (file_id IS NULL)) AND (1 = (
CASE
    WHEN ((url)::text = ''::text) THEN 1
    ELSE 0
END +
CASE
    WHEN (file_id IS NULL) THEN 1
    ELSE 0
END))))
);
ALTER TABLE brandvoice_evidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_example (
    id bigint NOT NULL,
    text character varying(500) NOT NULL,
    language character varying(10) NOT NULL,
    source character varying(10) NOT NULL,
    weight double precision NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    organization_id bigint NOT NULL,
    position_id bigint NOT NULL,
    origin character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT example_weight_is_a_share CHECK (((weight > (0.0)::double precision) AND (weight <= (1.0)::double precision)))
);
ALTER TABLE brandvoice_example ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_example_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_fillin (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    kind character varying(10) NOT NULL,
    required boolean NOT NULL,
    organization_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE brandvoice_fillin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_fillin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_guarddecision (
    id bigint NOT NULL,
    outcome character varying(16) NOT NULL,
    door character varying(10) NOT NULL,
    text_sha256 bytea NOT NULL,
    findings jsonb NOT NULL,
    revision bigint NOT NULL,
    versions bigint[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    by_id bigint,
    key_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT brandvoice_guarddecision_revision_check CHECK ((revision >= 0))
);
ALTER TABLE brandvoice_guarddecision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_guarddecision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_habit (
    id bigint NOT NULL,
    was character varying(200) NOT NULL,
    now character varying(200) NOT NULL,
    was_key character varying(200) NOT NULL,
    now_key character varying(200) NOT NULL,
    replies integer NOT NULL,
    people integer NOT NULL,
    organization_id bigint NOT NULL,
    position_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT brandvoice_habit_people_check CHECK ((people >= 0)),
    CONSTRAINT brandvoice_habit_replies_check CHECK ((replies >= 0))
);
ALTER TABLE brandvoice_habit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_habit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_learnedhead (
    id bigint NOT NULL,
    embedder character varying(80) NOT NULL,
    revision bigint NOT NULL,
    epoch bigint NOT NULL,
    examples integer NOT NULL,
    data bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT brandvoice_learnedhead_epoch_check CHECK ((epoch >= 0)),
    CONSTRAINT brandvoice_learnedhead_examples_check CHECK ((examples >= 0)),
    CONSTRAINT brandvoice_learnedhead_revision_check CHECK ((revision >= 0))
);
ALTER TABLE brandvoice_learnedhead ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_learnedhead_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_library (
    organization_id bigint NOT NULL,
    revision bigint NOT NULL,
    epoch bigint NOT NULL,
    head bigint NOT NULL,
    CONSTRAINT brandvoice_library_epoch_check CHECK ((epoch >= 0)),
    CONSTRAINT brandvoice_library_head_check CHECK ((head >= 0)),
    CONSTRAINT brandvoice_library_revision_check CHECK ((revision >= 0))
);
CREATE TABLE brandvoice_namedperson (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    person_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE brandvoice_namedperson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_namedperson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_position (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    question character varying(300) NOT NULL,
    topic character varying(80) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    brand_id bigint,
    organization_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    review_on date,
    holding boolean NOT NULL,
    purposes character varying(20)[] NOT NULL
);
ALTER TABLE brandvoice_position ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_position_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_positionversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    status character varying(12) NOT NULL,
    facts text NOT NULL,
    channel_kinds character varying(20)[] NOT NULL,
    valid_from timestamp with time zone,
    valid_until timestamp with time zone,
    review_every_days integer,
    edit_level character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    signed_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    reason text NOT NULL,
    created_by_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    position_id bigint NOT NULL,
    signed_by_id bigint,
    submitted_by_id bigint,
    withdrawn_by_id bigint,
    gives_way_at timestamp with time zone,
    audiences character varying(40)[] NOT NULL,
    products character varying(40)[] NOT NULL,
    regions character varying(40)[] NOT NULL,
    sensitivity character varying(10) NOT NULL,
    sign_rule character varying(10) NOT NULL,
    signed_for_id bigint,
    topic_words character varying(120)[] NOT NULL,
    CONSTRAINT brandvoice_positionversion_number_check CHECK ((number >= 0)),
    CONSTRAINT brandvoice_positionversion_review_every_days_check CHECK ((review_every_days >= 0)),
    CONSTRAINT version_signed_by_somebody CHECK ((((status)::text = ANY (ARRAY[('draft'::character varying)::text, ('in_review'::character varying)::text])) OR ((signed_at IS NOT NULL) AND (signed_by_id IS NOT NULL) AND (valid_from IS NOT NULL)))),
    CONSTRAINT version_window_not_empty CHECK (((valid_until IS NULL) OR (valid_from IS NULL) OR (valid_until > valid_from)))
);
ALTER TABLE brandvoice_positionversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_positionversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_rule (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    language character varying(10) NOT NULL,
    outcome character varying(16) NOT NULL,
    parameters jsonb NOT NULL,
    active boolean NOT NULL,
    number integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    kind character varying(40) NOT NULL,
    brand_id bigint,
    changed_by_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT brandvoice_rule_number_check CHECK ((number >= 0))
);
ALTER TABLE brandvoice_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_rulerevision (
    organization_id bigint NOT NULL,
    number bigint NOT NULL,
    CONSTRAINT brandvoice_rulerevision_number_check CHECK ((number >= 0))
);
CREATE TABLE brandvoice_ruleversion (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    language character varying(10) NOT NULL,
    outcome character varying(16) NOT NULL,
    parameters jsonb NOT NULL,
    active boolean NOT NULL,
    number integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    brand_id bigint,
    changed_by_id bigint,
    organization_id bigint NOT NULL,
    rule_id bigint NOT NULL,
    CONSTRAINT brandvoice_ruleversion_number_check CHECK ((number >= 0))
);
ALTER TABLE brandvoice_ruleversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_ruleversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_signature (
    id bigint NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    second_factor boolean NOT NULL,
    fingerprint character varying(64) NOT NULL,
    on_behalf_of_id bigint,
    organization_id bigint NOT NULL,
    person_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT signature_for_somebody_else CHECK (((on_behalf_of_id IS NULL) OR (NOT ((on_behalf_of_id = person_id) AND (on_behalf_of_id IS NOT NULL)))))
);
ALTER TABLE brandvoice_signature ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_signature_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_signer (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    person_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE brandvoice_signer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_signer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_step (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    note text NOT NULL,
    by_id bigint,
    on_behalf_of_id bigint,
    organization_id bigint NOT NULL,
    position_id bigint NOT NULL,
    version_id bigint
);
ALTER TABLE brandvoice_step ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_storedfile (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    mime character varying(100) NOT NULL,
    size integer NOT NULL,
    digest character varying(64) NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT brandvoice_storedfile_size_check CHECK ((size >= 0))
);
ALTER TABLE brandvoice_storedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_storedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_usageday (
    id bigint NOT NULL,
    day date NOT NULL,
    network character varying(20) NOT NULL,
    language character varying(10) NOT NULL,
    shown integer NOT NULL,
    inserted integer NOT NULL,
    accepted integer NOT NULL,
    rejected integer NOT NULL,
    unchanged integer NOT NULL,
    edited integer NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    position_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT brandvoice_usageday_accepted_check CHECK ((accepted >= 0)),
    CONSTRAINT brandvoice_usageday_edited_check CHECK ((edited >= 0)),
    CONSTRAINT brandvoice_usageday_inserted_check CHECK ((inserted >= 0)),
    CONSTRAINT brandvoice_usageday_rejected_check CHECK ((rejected >= 0)),
    CONSTRAINT brandvoice_usageday_shown_check CHECK ((shown >= 0)),
    CONSTRAINT brandvoice_usageday_unchanged_check CHECK ((unchanged >= 0))
);
ALTER TABLE brandvoice_usageday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_usageday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE brandvoice_wording (
    id bigint NOT NULL,
    language character varying(10) NOT NULL,
    channel_kind character varying(20) NOT NULL,
    text text NOT NULL,
    organization_id bigint NOT NULL,
    version_id bigint NOT NULL,
    media_text character varying(500) NOT NULL,
    variant smallint NOT NULL,
    media_id bigint,
    CONSTRAINT brandvoice_wording_variant_check CHECK ((variant >= 0))
);
ALTER TABLE brandvoice_wording ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME brandvoice_wording_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE inbox_acknowledgement (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL,
    incident_id bigint NOT NULL
);
ALTER TABLE inbox_acknowledgement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_acknowledgement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approval (
    id bigint NOT NULL,
    state character varying(12) NOT NULL,
    seen bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    note text NOT NULL,
    asked_by_id bigint NOT NULL,
    decision_id bigint,
    message_id bigint,
    organization_id bigint NOT NULL,
    settled_by_id bigint,
    version integer NOT NULL,
    post_id bigint,
    due_at timestamp with time zone,
    step smallint DEFAULT 1 NOT NULL,
    policy_id bigint,
    rules character varying(32) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT approval_of_reply_or_post CHECK ((((message_id IS NOT NULL) OR (post_id IS NOT NULL)) AND (1 = (
CASE
    WHEN (message_id IS NOT NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (post_id IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT inbox_approval_step_check CHECK ((step >= 0)),
    CONSTRAINT inbox_approval_version_check CHECK ((version >= 0))
);
ALTER TABLE inbox_approval ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approvalpolicy (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    active boolean NOT NULL,
    what character varying(10) NOT NULL,
    topics character varying(80)[] NOT NULL,
    networks character varying(20)[] NOT NULL,
    roles character varying(20)[] NOT NULL,
    reach integer,
    organization_id bigint NOT NULL,
    names_brands boolean NOT NULL,
    names_channels boolean NOT NULL,
    CONSTRAINT inbox_approvalpolicy_position_check CHECK (("position" >= 0)),
    CONSTRAINT inbox_approvalpolicy_reach_check CHECK ((reach >= 0))
);
CREATE TABLE inbox_approvalpolicy_brands (
    id bigint NOT NULL,
    approvalpolicy_id bigint NOT NULL,
    brand_id bigint NOT NULL
);
ALTER TABLE inbox_approvalpolicy_brands ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalpolicy_brands_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approvalpolicy_channels (
    id bigint NOT NULL,
    approvalpolicy_id bigint NOT NULL,
    channel_id bigint NOT NULL
);
ALTER TABLE inbox_approvalpolicy_channels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalpolicy_channels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE inbox_approvalpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approvalstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    everybody boolean NOT NULL,
    hours smallint,
    policy_id bigint NOT NULL,
    names_people boolean NOT NULL,
    CONSTRAINT inbox_approvalstep_hours_check CHECK ((hours >= 0)),
    CONSTRAINT inbox_approvalstep_position_check CHECK (("position" >= 0))
);
ALTER TABLE inbox_approvalstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approvalstep_people (
    id bigint NOT NULL,
    approvalstep_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_approvalstep_people ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalstep_people_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_approvalstep_teams (
    id bigint NOT NULL,
    approvalstep_id bigint NOT NULL,
    team_id bigint NOT NULL
);
ALTER TABLE inbox_approvalstep_teams ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_approvalstep_teams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_assignmentpolicy (
    id bigint NOT NULL,
    method character varying(20) NOT NULL,
    capacity smallint NOT NULL,
    absent_minutes smallint NOT NULL,
    skill_minutes smallint NOT NULL,
    organization_id bigint NOT NULL,
    team_id bigint NOT NULL,
    CONSTRAINT inbox_assignmentpolicy_absent_minutes_check CHECK ((absent_minutes >= 0)),
    CONSTRAINT inbox_assignmentpolicy_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT inbox_assignmentpolicy_skill_minutes_check CHECK ((skill_minutes >= 0))
);
ALTER TABLE inbox_assignmentpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_assignmentpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_attachment (
    id bigint NOT NULL,
    url character varying(2000) NOT NULL,
    content_type character varying(100) NOT NULL,
    name character varying(255) NOT NULL,
    organization_id bigint NOT NULL,
    message_id bigint NOT NULL,
    attempt_count smallint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    file character varying(255) DEFAULT ''::character varying NOT NULL,
    size bigint,
    state character varying(10) DEFAULT 'waiting'::character varying NOT NULL,
    alt character varying(1500) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT inbox_attachment_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT inbox_attachment_size_check CHECK ((size >= 0))
);
ALTER TABLE inbox_attachment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_attempt (
    id bigint NOT NULL,
    number smallint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    outcome character varying(12) NOT NULL,
    words text NOT NULL,
    delivery_id bigint NOT NULL,
    CONSTRAINT inbox_attempt_number_check CHECK ((number >= 0))
);
ALTER TABLE inbox_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_attendance (
    user_id bigint NOT NULL,
    seen_at timestamp with time zone,
    given_at timestamp with time zone,
    organization_id bigint NOT NULL
);
CREATE TABLE inbox_block (
    id bigint NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    lifted_at timestamp with time zone,
    by_id bigint,
    identity_id bigint NOT NULL,
    lifted_by_id bigint,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_block ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_block_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_briefingread (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_briefingread ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_briefingread_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_call (
    id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    body text NOT NULL,
    state character varying(10) NOT NULL,
    attempt_count smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    event_id bigint,
    organization_id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    delivery_id bigint,
    CONSTRAINT inbox_call_attempt_count_check CHECK ((attempt_count >= 0))
);
CREATE TABLE inbox_capacity (
    id bigint NOT NULL,
    tickets smallint NOT NULL,
    policy_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT inbox_capacity_tickets_check CHECK ((tickets >= 0))
);
ALTER TABLE inbox_capacity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_capacity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_channel (
    id bigint NOT NULL,
    network character varying(20) NOT NULL,
    name character varying(120) NOT NULL,
    handle character varying(200) NOT NULL,
    external boolean NOT NULL,
    active boolean NOT NULL,
    reopen_policy character varying(20) NOT NULL,
    webhook_secret text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    team_id bigint NOT NULL,
    alerted_at timestamp with time zone,
    health character varying(20) NOT NULL,
    health_since timestamp with time zone,
    health_words text NOT NULL,
    probed_at timestamp with time zone,
    undo_seconds smallint DEFAULT 10 NOT NULL,
    followers integer,
    publishes boolean DEFAULT false NOT NULL,
    CONSTRAINT inbox_channel_followers_check CHECK ((followers >= 0)),
    CONSTRAINT inbox_channel_undo_seconds_check CHECK ((undo_seconds >= 0))
);
ALTER TABLE inbox_channel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_channel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_channelaccess (
    channel_id bigint NOT NULL,
    settings text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE inbox_channelkey (
    id bigint NOT NULL,
    per_minute integer NOT NULL,
    channel_id bigint NOT NULL,
    key_id bigint NOT NULL,
    CONSTRAINT inbox_channelkey_per_minute_check CHECK ((per_minute >= 0))
);
ALTER TABLE inbox_channelkey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_channelkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_channeluse (
    id bigint NOT NULL,
    month date NOT NULL,
    name character varying(40) NOT NULL,
    number integer NOT NULL,
    counted_on date NOT NULL,
    channel_id bigint NOT NULL,
    CONSTRAINT inbox_channeluse_number_check CHECK ((number >= 0))
);
ALTER TABLE inbox_channeluse ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_channeluse_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_cluster (
    id bigint NOT NULL,
    question character varying(300) NOT NULL,
    words character varying(80)[] NOT NULL,
    languages character varying(10)[] NOT NULL,
    size integer NOT NULL,
    messages bigint[] NOT NULL,
    made_at timestamp with time zone NOT NULL,
    brand_id bigint,
    organization_id bigint NOT NULL,
    position_id bigint,
    CONSTRAINT inbox_cluster_size_check CHECK ((size >= 0))
);
ALTER TABLE inbox_cluster ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_cluster_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_contact (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    language character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    region character varying(40) DEFAULT ''::character varying NOT NULL,
    audience character varying(40) DEFAULT ''::character varying NOT NULL,
    is_vip boolean DEFAULT false NOT NULL,
    merged_into_id bigint,
    erased_at timestamp with time zone,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE inbox_contact ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_contactmerge (
    id bigint NOT NULL,
    reason character varying(300) NOT NULL,
    moved jsonb NOT NULL,
    filled jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    gone_id bigint NOT NULL,
    kept_id bigint NOT NULL,
    merged_by_id bigint,
    organization_id bigint NOT NULL,
    undone_by_id bigint
);
ALTER TABLE inbox_contactmerge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_contactmerge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_correction (
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by_id bigint NOT NULL,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE inbox_correction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_correction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_coverageday (
    id bigint NOT NULL,
    day date NOT NULL,
    network character varying(20) NOT NULL,
    language character varying(10) NOT NULL,
    topic character varying(80) NOT NULL,
    asked integer NOT NULL,
    signed integer NOT NULL,
    free integer NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT coverage_day_adds_up CHECK ((asked >= (signed + free))),
    CONSTRAINT inbox_coverageday_asked_check CHECK ((asked >= 0)),
    CONSTRAINT inbox_coverageday_free_check CHECK ((free >= 0)),
    CONSTRAINT inbox_coverageday_signed_check CHECK ((signed >= 0))
);
ALTER TABLE inbox_coverageday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_coverageday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_cursor (
    channel_id bigint NOT NULL,
    value text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    listened_until timestamp with time zone,
    failures smallint NOT NULL,
    error text NOT NULL,
    fetched_at timestamp with time zone,
    CONSTRAINT inbox_cursor_failures_check CHECK ((failures >= 0))
);
CREATE TABLE inbox_customerconsent (
    id bigint NOT NULL,
    purpose character varying(120) NOT NULL,
    source character varying(200) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    contact_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    recorded_by_id bigint,
    withdrawn_by_id bigint
);
ALTER TABLE inbox_customerconsent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_customerconsent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_customernote (
    id bigint NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    contact_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint
);
ALTER TABLE inbox_customernote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_customernote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_customfield (
    id bigint NOT NULL,
    about character varying(10) NOT NULL,
    key character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    kind character varying(10) NOT NULL,
    choices character varying(80)[] NOT NULL,
    required boolean NOT NULL,
    "position" smallint DEFAULT 0 NOT NULL,
    archived boolean NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_customfield_position_check CHECK (("position" >= 0))
);
ALTER TABLE inbox_customfield ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_customfield_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_delivery (
    id bigint NOT NULL,
    state character varying(12) NOT NULL,
    idempotency_key uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    attempt_count smallint NOT NULL,
    error text NOT NULL,
    url character varying(1000) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    channel_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    message_id bigint,
    ticket_id bigint,
    decision_id bigint,
    posted character varying(255)[] DEFAULT '{}'::character varying(255)[] NOT NULL,
    variant_id bigint,
    CONSTRAINT delivery_of_reply_or_post CHECK ((((message_id IS NOT NULL) AND (ticket_id IS NOT NULL) AND (variant_id IS NULL)) OR ((message_id IS NULL) AND (ticket_id IS NULL) AND (variant_id IS NOT NULL)))),
    CONSTRAINT inbox_delivery_attempt_count_check CHECK ((attempt_count >= 0))
);
ALTER TABLE inbox_delivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_draft (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    text text NOT NULL,
    visibility character varying(10) NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    overtaken_at timestamp with time zone,
    shared boolean DEFAULT false NOT NULL,
    purpose character varying(20) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT inbox_draft_version_check CHECK ((version >= 0))
);
ALTER TABLE inbox_draft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_draftversion (
    id bigint NOT NULL,
    text text NOT NULL,
    spans jsonb NOT NULL,
    written_at timestamp with time zone NOT NULL,
    draft_id bigint NOT NULL,
    files jsonb DEFAULT '[]'::jsonb NOT NULL
);
ALTER TABLE inbox_draftversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_draftversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_endpoint (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    url character varying(1000) NOT NULL,
    secret text NOT NULL,
    old_secret text NOT NULL,
    old_until timestamp with time zone,
    kinds character varying(40)[] NOT NULL,
    active boolean NOT NULL,
    trouble text NOT NULL,
    alerted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    organization_id bigint NOT NULL,
    channel_id bigint,
    shape character varying(10) NOT NULL,
    CONSTRAINT endpoint_poster_has_channel CHECK ((((shape)::text = 'standard'::text) OR (channel_id IS NOT NULL)))
);
ALTER TABLE inbox_endpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_event (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    facts jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    transaction xid8 DEFAULT pg_current_xact_id() NOT NULL,
    actor_id bigint,
    key_id bigint,
    organization_id bigint NOT NULL,
    team_id bigint,
    message_id bigint,
    ticket_id bigint
);
ALTER TABLE inbox_event ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_follower (
    id bigint NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_follower ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_follower_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_identity (
    id bigint NOT NULL,
    external_id character varying(255) NOT NULL,
    username character varying(255) NOT NULL,
    name character varying(200) NOT NULL,
    avatar_url character varying(1000) NOT NULL,
    followers integer,
    created_at timestamp with time zone NOT NULL,
    channel_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    blocked_until timestamp with time zone,
    CONSTRAINT inbox_identity_followers_check CHECK ((followers >= 0))
);
ALTER TABLE inbox_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_incident (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    briefing text NOT NULL,
    topics character varying(80)[] NOT NULL,
    phrases character varying(80)[] NOT NULL,
    drill boolean NOT NULL,
    state character varying(10) NOT NULL,
    declared_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    brand_id bigint,
    declared_by_id bigint,
    ended_by_id bigint,
    holding_id bigint,
    organization_id bigint NOT NULL,
    level_id bigint NOT NULL,
    client_uuid uuid,
    declared_with_id bigint,
    ended_with_id bigint
);
ALTER TABLE inbox_incident ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_incident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_incidentlevel (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    rank smallint NOT NULL,
    replies character varying(10) NOT NULL,
    acknowledge boolean NOT NULL,
    organization_id bigint NOT NULL,
    hold_posts boolean NOT NULL,
    pause_rules boolean NOT NULL,
    policy_id bigint,
    team_id bigint,
    CONSTRAINT inbox_incidentlevel_rank_check CHECK ((rank >= 0))
);
CREATE TABLE inbox_incidentlevel_approvers (
    id bigint NOT NULL,
    incidentlevel_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_incidentlevel_approvers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_incidentlevel_approvers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE inbox_incidentlevel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_incidentlevel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_incidentticket (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    incident_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    routed boolean NOT NULL
);
ALTER TABLE inbox_incidentticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_incidentticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_label (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_label ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_label_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_lesson (
    id bigint NOT NULL,
    about character varying(20) NOT NULL,
    said character varying(80) NOT NULL,
    "right" character varying(80) NOT NULL,
    said_confidence double precision,
    embedder character varying(100) NOT NULL,
    vector vector NOT NULL,
    created_at timestamp with time zone NOT NULL,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint
);
ALTER TABLE inbox_lesson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_lesson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_logreader (
    name character varying(40) NOT NULL,
    transaction xid8 NOT NULL,
    event bigint NOT NULL
);
CREATE TABLE inbox_macro (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    steps jsonb NOT NULL,
    uses integer DEFAULT 0 NOT NULL,
    last_used_at timestamp with time zone,
    organization_id bigint NOT NULL,
    owner_id bigint,
    team_id bigint,
    CONSTRAINT inbox_macro_uses_check CHECK ((uses >= 0)),
    CONSTRAINT macro_has_one_owner CHECK (((owner_id IS NULL) OR (team_id IS NULL)))
);
ALTER TABLE inbox_macro ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_macro_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_message (
    id bigint NOT NULL,
    direction character varying(10) NOT NULL,
    visibility character varying(10) NOT NULL,
    external_id character varying(255),
    in_reply_to character varying(255) NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    language character varying(10) NOT NULL,
    purpose character varying(20) NOT NULL,
    client_uuid uuid,
    sent_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    enriched_at timestamp with time zone,
    channel_id bigint NOT NULL,
    identity_id bigint,
    organization_id bigint NOT NULL,
    user_id bigint,
    ticket_id bigint NOT NULL,
    language_confidence double precision,
    sentiment smallint,
    sentiment_confidence double precision,
    topic character varying(80) DEFAULT ''::character varying NOT NULL,
    topic_confidence double precision,
    urgency smallint,
    urgency_confidence double precision,
    decision_id bigint,
    fingerprint bigint,
    edited_at timestamp with time zone,
    removed_at timestamp with time zone,
    search tsvector GENERATED ALWAYS AS (to_tsvector('onevoice'::regconfig, "left"(text, 100000))) STORED,
    mentions character varying(121)[],
    home_id bigint,
    template jsonb,
    counted boolean DEFAULT false NOT NULL
);
ALTER TABLE inbox_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_messagetemplate (
    id bigint NOT NULL,
    external_id character varying(255) NOT NULL,
    name character varying(512) NOT NULL,
    language character varying(15) NOT NULL,
    category character varying(40) NOT NULL,
    status character varying(40) NOT NULL,
    header text NOT NULL,
    body text NOT NULL,
    footer text NOT NULL,
    buttons character varying(255)[] NOT NULL,
    named boolean NOT NULL,
    channel_id bigint NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_messagetemplate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_messagetemplate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_movedmessage (
    id bigint NOT NULL,
    home_id bigint,
    message_id bigint NOT NULL,
    regrouping_id bigint NOT NULL
);
ALTER TABLE inbox_movedmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_movedmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_namedstatus (
    id bigint NOT NULL,
    category character varying(20) NOT NULL,
    name character varying(40) NOT NULL,
    "position" smallint DEFAULT 0 NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_namedstatus_position_check CHECK (("position" >= 0))
);
ALTER TABLE inbox_namedstatus ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_namedstatus_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_notification (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    excerpt character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    mailed_at timestamp with time zone,
    actor_id bigint,
    organization_id bigint NOT NULL,
    ticket_id bigint,
    user_id bigint NOT NULL,
    metric character varying(20) DEFAULT ''::character varying NOT NULL,
    spike_id bigint,
    post_id bigint,
    CONSTRAINT notification_of_ticket_or_post CHECK ((((ticket_id IS NOT NULL) OR (post_id IS NOT NULL)) AND (1 = (
CASE
    WHEN (ticket_id IS NOT NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (post_id IS NOT NULL) THEN 1
    ELSE 0
END))))
);
ALTER TABLE inbox_notification ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_notificationchoice (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    way character varying(10) NOT NULL,
    wanted boolean NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_notificationchoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_notificationchoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_objective (
    id bigint NOT NULL,
    name character varying(160) NOT NULL,
    measure character varying(20) NOT NULL,
    target integer NOT NULL,
    until date,
    brand_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_objective_target_check CHECK ((target >= 0))
);
ALTER TABLE inbox_objective ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_objective_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_offer (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    rank smallint NOT NULL,
    probability double precision,
    shown_at timestamp with time zone NOT NULL,
    inserted_at timestamp with time zone,
    used boolean,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    reply_id bigint,
    ticket_id bigint NOT NULL,
    user_id bigint NOT NULL,
    version_id bigint,
    wording_id bigint,
    CONSTRAINT inbox_offer_rank_check CHECK ((rank >= 0))
);
ALTER TABLE inbox_offer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_offer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_opening (
    ticket_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    message_id bigint NOT NULL,
    embedder character varying(80) NOT NULL,
    english halfvec(384),
    other halfvec(512)
);
CREATE TABLE inbox_payload (
    id bigint NOT NULL,
    delivery_key character varying(255) NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    attempt_count smallint NOT NULL,
    error text NOT NULL,
    channel_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_payload_attempt_count_check CHECK ((attempt_count >= 0))
);
ALTER TABLE inbox_payload ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_payload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_post (
    id bigint NOT NULL,
    text text NOT NULL,
    language character varying(10) NOT NULL,
    topic character varying(80) NOT NULL,
    purpose character varying(20) NOT NULL,
    state character varying(12) NOT NULL,
    publish_at timestamp with time zone,
    version integer NOT NULL,
    client_uuid uuid,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    author_id bigint,
    objective_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_post_version_check CHECK ((version >= 0))
);
ALTER TABLE inbox_post ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_postanswer (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    variant_id bigint NOT NULL
);
ALTER TABLE inbox_postanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_postanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_postfile (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    content_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    alt character varying(1500) NOT NULL,
    file character varying(255) NOT NULL,
    organization_id bigint NOT NULL,
    post_id bigint NOT NULL,
    CONSTRAINT inbox_postfile_size_check CHECK ((size >= 0))
);
ALTER TABLE inbox_postfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_postfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_postspan (
    id bigint NOT NULL,
    start integer NOT NULL,
    "end" integer NOT NULL,
    distance integer NOT NULL,
    organization_id bigint NOT NULL,
    post_id bigint NOT NULL,
    version_id bigint NOT NULL,
    wording_id bigint NOT NULL,
    CONSTRAINT inbox_postspan_distance_check CHECK ((distance >= 0)),
    CONSTRAINT inbox_postspan_end_check CHECK (("end" >= 0)),
    CONSTRAINT inbox_postspan_start_check CHECK ((start >= 0))
);
ALTER TABLE inbox_postspan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_postspan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_postvariant (
    id bigint NOT NULL,
    text text NOT NULL,
    external_id character varying(255),
    channel_id bigint NOT NULL,
    decision_id bigint,
    organization_id bigint NOT NULL,
    post_id bigint NOT NULL
);
ALTER TABLE inbox_postvariant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_postvariant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_postversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    own_texts jsonb NOT NULL,
    files character varying(1800)[] NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    organization_id bigint NOT NULL,
    post_id bigint NOT NULL,
    CONSTRAINT inbox_postversion_number_check CHECK ((number >= 0))
);
ALTER TABLE inbox_postversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_postversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_privacyjob (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    requested_name character varying(120) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    finished_at timestamp with time zone,
    mailed_at timestamp with time zone,
    counts jsonb NOT NULL,
    work jsonb NOT NULL,
    digest character varying(64) NOT NULL,
    file character varying(255) NOT NULL,
    expires_at timestamp with time zone,
    contact_id bigint,
    organization_id bigint NOT NULL,
    requested_by_id bigint,
    attempts smallint NOT NULL,
    problem character varying(300) NOT NULL,
    progress jsonb NOT NULL,
    CONSTRAINT inbox_privacyjob_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE inbox_privacyjob ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_privacyjob_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_purpose (
    id bigint NOT NULL,
    key character varying(20) NOT NULL,
    name character varying(40) NOT NULL,
    "position" smallint NOT NULL,
    active boolean NOT NULL,
    topics character varying(80)[] NOT NULL,
    sentiments smallint[] NOT NULL,
    tone character varying(160) NOT NULL,
    objective_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_purpose_position_check CHECK (("position" >= 0))
);
ALTER TABLE inbox_purpose ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_purpose_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_push (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    attempt_count smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    error character varying(200) NOT NULL,
    notification_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    browser_id bigint NOT NULL,
    CONSTRAINT inbox_push_attempt_count_check CHECK ((attempt_count >= 0))
);
ALTER TABLE inbox_push ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_push_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_pushbrowser (
    id bigint NOT NULL,
    address character varying(1000) NOT NULL,
    public character varying(100) NOT NULL,
    auth text NOT NULL,
    session character varying(24) NOT NULL,
    name character varying(200) NOT NULL,
    hides_words boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_pushbrowser ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_pushbrowser_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_pushkey (
    id bigint NOT NULL,
    private text NOT NULL,
    public character varying(100) NOT NULL,
    CONSTRAINT push_key_is_one CHECK ((id = 1))
);
ALTER TABLE inbox_pushkey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_pushkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_question (
    id bigint NOT NULL,
    text character varying(300) NOT NULL,
    language character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    reminded_at timestamp with time zone,
    settled_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    asked_by_id bigint NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    position_id bigint,
    settled_by_id bigint
);
ALTER TABLE inbox_question ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_rawmessage (
    message_id bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE inbox_recentsearch (
    id bigint NOT NULL,
    text character varying(300) NOT NULL,
    searched_at timestamp with time zone NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_recentsearch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_recentsearch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_recount (
    organization_id bigint NOT NULL,
    ticket bigint NOT NULL
);
CREATE TABLE inbox_regrouping (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    kept jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    by_id bigint,
    organization_id bigint NOT NULL,
    source_id bigint NOT NULL,
    target_id bigint NOT NULL
);
ALTER TABLE inbox_regrouping ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_regrouping_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_repeatable (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    fingerprint bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    key_id bigint NOT NULL,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_repeatable ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_repeatable_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_replychange (
    id bigint NOT NULL,
    version integer NOT NULL,
    was text NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_replychange_version_check CHECK ((version >= 0))
);
ALTER TABLE inbox_replychange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_replychange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_revision (
    id bigint NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    until timestamp with time zone NOT NULL,
    message_id bigint NOT NULL
);
ALTER TABLE inbox_revision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_rollupday (
    organization_id bigint NOT NULL,
    brand_id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    value character varying(80) NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    asked integer DEFAULT 0 NOT NULL,
    positive integer DEFAULT 0 NOT NULL,
    neutral integer DEFAULT 0 NOT NULL,
    negative integer DEFAULT 0 NOT NULL,
    whenever integer DEFAULT 0 NOT NULL,
    in_turn integer DEFAULT 0 NOT NULL,
    soon integer DEFAULT 0 NOT NULL,
    at_once integer DEFAULT 0 NOT NULL,
    replies integer DEFAULT 0 NOT NULL,
    signed integer DEFAULT 0 NOT NULL,
    better integer DEFAULT 0 NOT NULL,
    same integer DEFAULT 0 NOT NULL,
    worse integer DEFAULT 0 NOT NULL,
    resolved integer DEFAULT 0 NOT NULL,
    reopened integer DEFAULT 0 NOT NULL,
    first_reply integer[] NOT NULL,
    resolution integer[] NOT NULL,
    day date NOT NULL,
    content integer DEFAULT 0 NOT NULL,
    rated integer DEFAULT 0 NOT NULL
);
CREATE TABLE inbox_rolluphour (
    organization_id bigint NOT NULL,
    brand_id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    value character varying(80) NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    asked integer DEFAULT 0 NOT NULL,
    positive integer DEFAULT 0 NOT NULL,
    neutral integer DEFAULT 0 NOT NULL,
    negative integer DEFAULT 0 NOT NULL,
    whenever integer DEFAULT 0 NOT NULL,
    in_turn integer DEFAULT 0 NOT NULL,
    soon integer DEFAULT 0 NOT NULL,
    at_once integer DEFAULT 0 NOT NULL,
    replies integer DEFAULT 0 NOT NULL,
    signed integer DEFAULT 0 NOT NULL,
    better integer DEFAULT 0 NOT NULL,
    same integer DEFAULT 0 NOT NULL,
    worse integer DEFAULT 0 NOT NULL,
    resolved integer DEFAULT 0 NOT NULL,
    reopened integer DEFAULT 0 NOT NULL,
    first_reply integer[] NOT NULL,
    resolution integer[] NOT NULL,
    hour timestamp with time zone NOT NULL,
    content integer DEFAULT 0 NOT NULL,
    rated integer DEFAULT 0 NOT NULL
);
CREATE TABLE inbox_rollupmonth (
    kind character varying(10) NOT NULL,
    value character varying(80) NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    asked integer DEFAULT 0 NOT NULL,
    positive integer DEFAULT 0 NOT NULL,
    neutral integer DEFAULT 0 NOT NULL,
    negative integer DEFAULT 0 NOT NULL,
    whenever integer DEFAULT 0 NOT NULL,
    in_turn integer DEFAULT 0 NOT NULL,
    soon integer DEFAULT 0 NOT NULL,
    at_once integer DEFAULT 0 NOT NULL,
    replies integer DEFAULT 0 NOT NULL,
    signed integer DEFAULT 0 NOT NULL,
    better integer DEFAULT 0 NOT NULL,
    same integer DEFAULT 0 NOT NULL,
    worse integer DEFAULT 0 NOT NULL,
    resolved integer DEFAULT 0 NOT NULL,
    reopened integer DEFAULT 0 NOT NULL,
    first_reply integer[] NOT NULL,
    resolution integer[] NOT NULL,
    month date NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    content integer DEFAULT 0 NOT NULL,
    rated integer DEFAULT 0 NOT NULL
);
CREATE TABLE inbox_rulejob (
    id bigint NOT NULL,
    event bigint NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE inbox_rulejob ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_rulejob_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_rulerun (
    id bigint NOT NULL,
    event bigint NOT NULL,
    chain bigint[] NOT NULL,
    outcome character varying(10) NOT NULL,
    words text NOT NULL,
    first_event bigint,
    last_event bigint,
    message bigint,
    ran_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    rule_id bigint NOT NULL
);
ALTER TABLE inbox_rulerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_rulerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ruletimer (
    id bigint NOT NULL,
    event bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    rule_id bigint NOT NULL
);
ALTER TABLE inbox_ruletimer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_ruletimer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_savedreport (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(200) NOT NULL,
    organization_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    every character varying(5) NOT NULL,
    mailed_on date
);
ALTER TABLE inbox_savedreport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_savedreport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_savedview (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(300) NOT NULL,
    mine boolean,
    "position" smallint DEFAULT 0 NOT NULL,
    built_at timestamp with time zone,
    build_from bigint,
    organization_id bigint NOT NULL,
    owner_id bigint,
    team_id bigint,
    CONSTRAINT inbox_savedview_position_check CHECK (("position" >= 0)),
    CONSTRAINT view_has_one_owner CHECK (((owner_id IS NULL) OR (team_id IS NULL)))
);
ALTER TABLE inbox_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_sight (
    message_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    user_id bigint NOT NULL
);
CREATE TABLE inbox_signoff (
    id bigint NOT NULL,
    step smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    approval_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    person_id bigint NOT NULL,
    user_id bigint NOT NULL,
    CONSTRAINT inbox_signoff_step_check CHECK ((step >= 0))
);
ALTER TABLE inbox_signoff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_signoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_skill (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    languages character varying(10)[] NOT NULL,
    topics character varying(80)[] NOT NULL,
    organization_id bigint NOT NULL
);
CREATE TABLE inbox_skill_brands (
    id bigint NOT NULL,
    skill_id bigint NOT NULL,
    brand_id bigint NOT NULL
);
ALTER TABLE inbox_skill_brands ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_skill_brands_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE inbox_skill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_skill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_skill_labels (
    id bigint NOT NULL,
    skill_id bigint NOT NULL,
    label_id bigint NOT NULL
);
ALTER TABLE inbox_skill_labels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_skill_labels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_skill_people (
    id bigint NOT NULL,
    skill_id bigint NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE inbox_skill_people ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_skill_people_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_slapolicy (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    active boolean NOT NULL,
    networks character varying(20)[] NOT NULL,
    audience character varying(40) NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_slapolicy_position_check CHECK (("position" >= 0))
);
CREATE TABLE inbox_slapolicy_brands (
    id bigint NOT NULL,
    slapolicy_id bigint NOT NULL,
    brand_id bigint NOT NULL
);
ALTER TABLE inbox_slapolicy_brands ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_slapolicy_brands_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_slapolicy_channels (
    id bigint NOT NULL,
    slapolicy_id bigint NOT NULL,
    channel_id bigint NOT NULL
);
ALTER TABLE inbox_slapolicy_channels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_slapolicy_channels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE inbox_slapolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_slapolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_slapolicy_teams (
    id bigint NOT NULL,
    slapolicy_id bigint NOT NULL,
    team_id bigint NOT NULL
);
ALTER TABLE inbox_slapolicy_teams ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_slapolicy_teams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_slatarget (
    id bigint NOT NULL,
    metric character varying(20) NOT NULL,
    priority smallint,
    minutes integer NOT NULL,
    warning integer NOT NULL,
    working boolean NOT NULL,
    policy_id bigint NOT NULL,
    CONSTRAINT inbox_slatarget_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT inbox_slatarget_warning_check CHECK ((warning >= 0))
);
ALTER TABLE inbox_slatarget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_slatarget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_span (
    id bigint NOT NULL,
    start integer NOT NULL,
    "end" integer NOT NULL,
    distance integer NOT NULL,
    draft_id bigint,
    message_id bigint,
    organization_id bigint NOT NULL,
    version_id bigint NOT NULL,
    wording_id bigint NOT NULL,
    taught_at timestamp with time zone,
    edited boolean,
    CONSTRAINT inbox_span_distance_check CHECK ((distance >= 0)),
    CONSTRAINT inbox_span_end_check CHECK (("end" >= 0)),
    CONSTRAINT inbox_span_start_check CHECK ((start >= 0)),
    CONSTRAINT span_in_one_text CHECK ((((draft_id IS NOT NULL) OR (message_id IS NOT NULL)) AND (1 = (
CASE
    WHEN (draft_id IS NOT NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (message_id IS NOT NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT span_not_empty CHECK (("end" > start))
);
ALTER TABLE inbox_span ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_span_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_spanedit (
    id bigint NOT NULL,
    was character varying(200) NOT NULL,
    now character varying(200) NOT NULL,
    was_key character varying(200) NOT NULL,
    now_key character varying(200) NOT NULL,
    written_at timestamp with time zone NOT NULL,
    organization_id bigint NOT NULL,
    span_id bigint NOT NULL,
    version_id bigint NOT NULL
);
ALTER TABLE inbox_spanedit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_spanedit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_spike (
    id bigint NOT NULL,
    signal character varying(10) NOT NULL,
    topics character varying(80)[] NOT NULL,
    phrases character varying(80)[] NOT NULL,
    count integer NOT NULL,
    customers_then integer NOT NULL,
    minutes smallint NOT NULL,
    expected double precision NOT NULL,
    chance double precision NOT NULL,
    began_at timestamp with time zone NOT NULL,
    found_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    quiet_until timestamp with time zone,
    reason character varying(200) NOT NULL,
    answered_at timestamp with time zone,
    brand_id bigint NOT NULL,
    channel_id bigint,
    dismissed_by_id bigint,
    incident_id bigint,
    organization_id bigint NOT NULL,
    position_id bigint,
    question_id bigint,
    CONSTRAINT inbox_spike_count_check CHECK ((count >= 0)),
    CONSTRAINT inbox_spike_customers_then_check CHECK ((customers_then >= 0)),
    CONSTRAINT inbox_spike_minutes_check CHECK ((minutes >= 0))
);
ALTER TABLE inbox_spike ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_spike_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_spikecount (
    id bigint NOT NULL,
    series smallint NOT NULL,
    key character varying(80) NOT NULL,
    "window" timestamp with time zone NOT NULL,
    customers integer NOT NULL,
    negative integer NOT NULL,
    looked boolean NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_spikecount_customers_check CHECK ((customers >= 0)),
    CONSTRAINT inbox_spikecount_negative_check CHECK ((negative >= 0)),
    CONSTRAINT inbox_spikecount_series_check CHECK ((series >= 0))
);
ALTER TABLE inbox_spikecount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_spikecount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_spikemessage (
    id bigint NOT NULL,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    spike_id bigint NOT NULL
);
ALTER TABLE inbox_spikemessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_spikemessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_spikeword (
    id bigint NOT NULL,
    bucket integer NOT NULL,
    uses double precision NOT NULL,
    day date NOT NULL,
    brand_id bigint NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_spikeword ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_spikeword_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_survey (
    id bigint NOT NULL,
    key character varying(32) NOT NULL,
    state character varying(10) NOT NULL,
    skip character varying(12) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    expires_at timestamp with time zone,
    language character varying(10) NOT NULL,
    score smallint,
    comment text NOT NULL,
    answered_at timestamp with time zone,
    stopped_at timestamp with time zone,
    channel_id bigint NOT NULL,
    message_id bigint,
    organization_id bigint NOT NULL,
    person_id bigint,
    team_id bigint,
    ticket_id bigint NOT NULL,
    CONSTRAINT inbox_survey_score_check CHECK ((score >= 0)),
    CONSTRAINT survey_score_in_range CHECK (((score IS NULL) OR ((score >= 1) AND (score <= 5))))
);
ALTER TABLE inbox_survey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_survey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_surveypolicy (
    id bigint NOT NULL,
    active boolean NOT NULL,
    delay_minutes integer NOT NULL,
    pause_days smallint NOT NULL,
    consent character varying(120) NOT NULL,
    text_en character varying(300) NOT NULL,
    text_de character varying(300) NOT NULL,
    text_es character varying(300) NOT NULL,
    channel_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_surveypolicy_delay_minutes_check CHECK ((delay_minutes >= 0)),
    CONSTRAINT inbox_surveypolicy_pause_days_check CHECK ((pause_days >= 0))
);
ALTER TABLE inbox_surveypolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_surveypolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ticket (
    id bigint NOT NULL,
    number integer NOT NULL,
    thread_key character varying(255) NOT NULL,
    subject character varying(300) NOT NULL,
    status character varying(20) NOT NULL,
    priority smallint NOT NULL,
    language character varying(10) NOT NULL,
    visibility character varying(10) NOT NULL,
    preview character varying(200) NOT NULL,
    awaiting_reply boolean NOT NULL,
    snoozed_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    first_replied_at timestamp with time zone,
    resolved_at timestamp with time zone,
    last_message_at timestamp with time zone NOT NULL,
    last_inbound_at timestamp with time zone,
    assignee_id bigint,
    brand_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    identity_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    team_id bigint NOT NULL,
    sentiment smallint,
    topic character varying(80) DEFAULT ''::character varying NOT NULL,
    urgency smallint,
    product character varying(40) DEFAULT ''::character varying NOT NULL,
    due_at timestamp with time zone,
    due_from timestamp with time zone,
    due_metric character varying(20) DEFAULT ''::character varying NOT NULL,
    due_stage smallint DEFAULT 0 NOT NULL,
    waiting_since timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    continues_in_id bigint,
    merged_into_id bigint,
    is_spam boolean DEFAULT false NOT NULL,
    named_status_id bigint,
    spam_by_block boolean DEFAULT false NOT NULL,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT inbox_ticket_number_check CHECK ((number >= 0)),
    CONSTRAINT ticket_spam_is_resolved CHECK (((NOT is_spam) OR ((status)::text = 'resolved'::text)))
);
ALTER TABLE inbox_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ticket_labels (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    label_id bigint NOT NULL
);
ALTER TABLE inbox_ticket_labels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_ticket_labels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ticketclock (
    ticket_id bigint NOT NULL,
    state jsonb NOT NULL,
    plan character varying(24) NOT NULL,
    event bigint NOT NULL,
    next_at timestamp with time zone,
    organization_id bigint NOT NULL
);
CREATE TABLE inbox_ticketcounter (
    organization_id bigint NOT NULL,
    last integer NOT NULL,
    CONSTRAINT inbox_ticketcounter_last_check CHECK ((last >= 0))
);
CREATE TABLE inbox_ticketlink (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    by_id bigint,
    organization_id bigint NOT NULL,
    other_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE inbox_ticketlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_ticketlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ticketrule (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    "position" smallint NOT NULL,
    active boolean NOT NULL,
    trigger character varying(20) NOT NULL,
    hours smallint,
    conditions jsonb NOT NULL,
    actions jsonb NOT NULL,
    stop boolean NOT NULL,
    trouble text NOT NULL,
    alerted_at timestamp with time zone,
    run_count integer DEFAULT 0 NOT NULL,
    failed_count integer DEFAULT 0 NOT NULL,
    cut_count integer DEFAULT 0 NOT NULL,
    last_run_at timestamp with time zone,
    author_id bigint,
    organization_id bigint NOT NULL,
    CONSTRAINT inbox_ticketrule_cut_count_check CHECK ((cut_count >= 0)),
    CONSTRAINT inbox_ticketrule_failed_count_check CHECK ((failed_count >= 0)),
    CONSTRAINT inbox_ticketrule_hours_check CHECK ((hours >= 0)),
    CONSTRAINT inbox_ticketrule_position_check CHECK (("position" >= 0)),
    CONSTRAINT inbox_ticketrule_run_count_check CHECK ((run_count >= 0))
);
ALTER TABLE inbox_ticketrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_ticketrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_ticketstory (
    ticket_id bigint NOT NULL,
    state jsonb NOT NULL,
    organization_id bigint NOT NULL
);
CREATE TABLE inbox_translation (
    id bigint NOT NULL,
    language character varying(10) NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL
);
ALTER TABLE inbox_translation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_translation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_upload (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    content_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    alt character varying(1500) NOT NULL,
    file character varying(255) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    dropped boolean NOT NULL,
    draft_id bigint,
    key_id bigint,
    organization_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    CONSTRAINT inbox_upload_size_check CHECK ((size >= 0))
);
ALTER TABLE inbox_upload ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE inbox_viewcount (
    team_id bigint NOT NULL,
    assignee_id bigint NOT NULL,
    tickets integer NOT NULL,
    view_id bigint NOT NULL
);
CREATE TABLE inbox_viewmember (
    team_id bigint NOT NULL,
    assignee_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    view_id bigint NOT NULL
);
CREATE TABLE inbox_waitingticket (
    id bigint NOT NULL,
    customer_text text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    question_id bigint NOT NULL,
    ticket_id bigint NOT NULL
);
ALTER TABLE inbox_waitingticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME inbox_waitingticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE sandbox_account (
    id bigint NOT NULL,
    handle character varying(200) NOT NULL,
    name character varying(120) NOT NULL,
    webhook_path character varying(200) NOT NULL,
    sealed_secret text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE sandbox_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME sandbox_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE sandbox_post (
    id uuid NOT NULL,
    key uuid,
    thread character varying(255) NOT NULL,
    in_reply_to character varying(255) NOT NULL,
    author character varying(80) NOT NULL,
    author_name character varying(80) NOT NULL,
    addressee character varying(80) NOT NULL,
    text text NOT NULL,
    visibility character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tell_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    tell_count smallint NOT NULL,
    account_id bigint NOT NULL,
    files jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT sandbox_post_tell_count_check CHECK ((tell_count >= 0))
);
CREATE TABLE usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE webchat_file (
    id uuid NOT NULL,
    number smallint NOT NULL,
    name character varying(255) NOT NULL,
    content_type character varying(100) NOT NULL,
    size bigint NOT NULL,
    alt character varying(1500) NOT NULL,
    file character varying(255) NOT NULL,
    line_id bigint NOT NULL,
    CONSTRAINT webchat_file_number_check CHECK ((number >= 0)),
    CONSTRAINT webchat_file_size_check CHECK ((size >= 0))
);
CREATE TABLE webchat_line (
    id bigint NOT NULL,
    number integer NOT NULL,
    key uuid NOT NULL,
    ours boolean NOT NULL,
    text text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    visitor_id uuid NOT NULL,
    CONSTRAINT webchat_line_number_check CHECK ((number >= 0))
);
ALTER TABLE webchat_line ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME webchat_line_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE webchat_visitor (
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    newest integer NOT NULL,
    heard integer NOT NULL,
    read integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    channel_id bigint NOT NULL,
    CONSTRAINT webchat_visitor_heard_check CHECK ((heard >= 0)),
    CONSTRAINT webchat_visitor_newest_check CHECK ((newest >= 0)),
    CONSTRAINT webchat_visitor_read_check CHECK ((read >= 0))
);
ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_prefix_key UNIQUE (prefix);
ALTER TABLE ONLY accounts_brand
    ADD CONSTRAINT accounts_brand_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_delegation
    ADD CONSTRAINT accounts_delegation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_holiday
    ADD CONSTRAINT accounts_holiday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_invitation
    ADD CONSTRAINT accounts_invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_invitation_teams
    ADD CONSTRAINT accounts_invitation_teams_invitation_id_team_id_6c7ddcfc_uniq UNIQUE (invitation_id, team_id);
ALTER TABLE ONLY accounts_invitation_teams
    ADD CONSTRAINT accounts_invitation_teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_invitation
    ADD CONSTRAINT accounts_invitation_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY accounts_organization
    ADD CONSTRAINT accounts_organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_organization
    ADD CONSTRAINT accounts_organization_slug_key UNIQUE (slug);
ALTER TABLE ONLY accounts_team_members
    ADD CONSTRAINT accounts_team_members_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_team_members
    ADD CONSTRAINT accounts_team_members_team_id_user_id_f72999ba_uniq UNIQUE (team_id, user_id);
ALTER TABLE ONLY accounts_team
    ADD CONSTRAINT accounts_team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);
ALTER TABLE ONLY accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permi_user_id_permission_id_2ab516c2_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_workinghours
    ADD CONSTRAINT accounts_workinghours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalpolicy
    ADD CONSTRAINT approval_policy_name_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_approvalstep
    ADD CONSTRAINT approval_step_once UNIQUE (policy_id, "position");
ALTER TABLE ONLY inbox_attempt
    ADD CONSTRAINT attempt_once UNIQUE (delivery_id, number);
ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_brand
    ADD CONSTRAINT brand_slug_once_per_organization UNIQUE (organization_id, slug);
ALTER TABLE ONLY brandvoice_comment
    ADD CONSTRAINT brandvoice_comment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_contradiction
    ADD CONSTRAINT brandvoice_contradiction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_embedding
    ADD CONSTRAINT brandvoice_embedding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_evidence
    ADD CONSTRAINT brandvoice_evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_example
    ADD CONSTRAINT brandvoice_example_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_fillin
    ADD CONSTRAINT brandvoice_fillin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_guarddecision
    ADD CONSTRAINT brandvoice_guarddecision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_habit
    ADD CONSTRAINT brandvoice_habit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_learnedhead
    ADD CONSTRAINT brandvoice_learnedhead_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_library
    ADD CONSTRAINT brandvoice_library_pkey PRIMARY KEY (organization_id);
ALTER TABLE ONLY brandvoice_namedperson
    ADD CONSTRAINT brandvoice_namedperson_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_position
    ADD CONSTRAINT brandvoice_position_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_rule
    ADD CONSTRAINT brandvoice_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_rulerevision
    ADD CONSTRAINT brandvoice_rulerevision_pkey PRIMARY KEY (organization_id);
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT brandvoice_ruleversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_signature
    ADD CONSTRAINT brandvoice_signature_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_signer
    ADD CONSTRAINT brandvoice_signer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_storedfile
    ADD CONSTRAINT brandvoice_storedfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT brandvoice_usageday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_wording
    ADD CONSTRAINT brandvoice_wording_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_call
    ADD CONSTRAINT call_once UNIQUE (endpoint_id, event_id);
ALTER TABLE ONLY inbox_capacity
    ADD CONSTRAINT capacity_once_a_person UNIQUE (policy_id, user_id);
ALTER TABLE ONLY inbox_channelkey
    ADD CONSTRAINT channel_key_once UNIQUE (key_id, channel_id);
ALTER TABLE ONLY inbox_channeluse
    ADD CONSTRAINT channel_use_once UNIQUE (channel_id, month, name);
ALTER TABLE ONLY brandvoice_contradiction
    ADD CONSTRAINT contradiction_once UNIQUE (left_id, right_id);
ALTER TABLE ONLY inbox_coverageday
    ADD CONSTRAINT coverage_day_once UNIQUE (organization_id, day, brand_id, network, language, topic);
ALTER TABLE ONLY inbox_customfield
    ADD CONSTRAINT custom_field_key_once UNIQUE (organization_id, key);
ALTER TABLE ONLY django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY inbox_draft
    ADD CONSTRAINT draft_once UNIQUE (ticket_id, user_id, kind);
ALTER TABLE ONLY brandvoice_embedding
    ADD CONSTRAINT embedding_once_per_embedder UNIQUE (example_id, embedder);
ALTER TABLE ONLY brandvoice_example
    ADD CONSTRAINT example_once_per_position UNIQUE (position_id, language, text);
ALTER TABLE ONLY brandvoice_storedfile
    ADD CONSTRAINT file_once_per_organization UNIQUE (organization_id, digest, name);
ALTER TABLE ONLY brandvoice_fillin
    ADD CONSTRAINT fill_in_once_per_version UNIQUE (version_id, name);
ALTER TABLE ONLY inbox_follower
    ADD CONSTRAINT follower_once UNIQUE (ticket_id, user_id);
ALTER TABLE ONLY brandvoice_habit
    ADD CONSTRAINT habit_once UNIQUE (version_id, was_key, now_key);
ALTER TABLE ONLY brandvoice_learnedhead
    ADD CONSTRAINT head_once_per_embedder UNIQUE (organization_id, embedder);
ALTER TABLE ONLY accounts_holiday
    ADD CONSTRAINT holiday_once_a_team UNIQUE (team_id, date);
ALTER TABLE ONLY inbox_identity
    ADD CONSTRAINT identity_once UNIQUE (channel_id, external_id);
ALTER TABLE ONLY inbox_acknowledgement
    ADD CONSTRAINT inbox_acknowledgement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalpolicy_brands
    ADD CONSTRAINT inbox_approvalpolicy_bra_approvalpolicy_id_brand__ecca25c4_uniq UNIQUE (approvalpolicy_id, brand_id);
ALTER TABLE ONLY inbox_approvalpolicy_brands
    ADD CONSTRAINT inbox_approvalpolicy_brands_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalpolicy_channels
    ADD CONSTRAINT inbox_approvalpolicy_cha_approvalpolicy_id_channe_9bd9cbeb_uniq UNIQUE (approvalpolicy_id, channel_id);
ALTER TABLE ONLY inbox_approvalpolicy_channels
    ADD CONSTRAINT inbox_approvalpolicy_channels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalpolicy
    ADD CONSTRAINT inbox_approvalpolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalstep_people
    ADD CONSTRAINT inbox_approvalstep_people_approvalstep_id_user_id_02405fcd_uniq UNIQUE (approvalstep_id, user_id);
ALTER TABLE ONLY inbox_approvalstep_people
    ADD CONSTRAINT inbox_approvalstep_people_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalstep
    ADD CONSTRAINT inbox_approvalstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_approvalstep_teams
    ADD CONSTRAINT inbox_approvalstep_teams_approvalstep_id_team_id_1df72e80_uniq UNIQUE (approvalstep_id, team_id);
ALTER TABLE ONLY inbox_approvalstep_teams
    ADD CONSTRAINT inbox_approvalstep_teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_assignmentpolicy
    ADD CONSTRAINT inbox_assignmentpolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_assignmentpolicy
    ADD CONSTRAINT inbox_assignmentpolicy_team_id_key UNIQUE (team_id);
ALTER TABLE ONLY inbox_attachment
    ADD CONSTRAINT inbox_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_attempt
    ADD CONSTRAINT inbox_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_attendance
    ADD CONSTRAINT inbox_attendance_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY inbox_block
    ADD CONSTRAINT inbox_block_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_briefingread
    ADD CONSTRAINT inbox_briefingread_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_briefingread
    ADD CONSTRAINT inbox_briefingread_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY inbox_call
    ADD CONSTRAINT inbox_call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_capacity
    ADD CONSTRAINT inbox_capacity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_channel
    ADD CONSTRAINT inbox_channel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_channelaccess
    ADD CONSTRAINT inbox_channelaccess_pkey PRIMARY KEY (channel_id);
ALTER TABLE ONLY inbox_channelkey
    ADD CONSTRAINT inbox_channelkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_channeluse
    ADD CONSTRAINT inbox_channeluse_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_cluster
    ADD CONSTRAINT inbox_cluster_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_contact
    ADD CONSTRAINT inbox_contact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_coverageday
    ADD CONSTRAINT inbox_coverageday_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_cursor
    ADD CONSTRAINT inbox_cursor_pkey PRIMARY KEY (channel_id);
ALTER TABLE ONLY inbox_customerconsent
    ADD CONSTRAINT inbox_customerconsent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_customernote
    ADD CONSTRAINT inbox_customernote_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_customfield
    ADD CONSTRAINT inbox_customfield_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_idempotency_key_key UNIQUE (idempotency_key);
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_variant_id_key UNIQUE (variant_id);
ALTER TABLE ONLY inbox_draft
    ADD CONSTRAINT inbox_draft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_draftversion
    ADD CONSTRAINT inbox_draftversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_endpoint
    ADD CONSTRAINT inbox_endpoint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_event
    ADD CONSTRAINT inbox_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_follower
    ADD CONSTRAINT inbox_follower_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_identity
    ADD CONSTRAINT inbox_identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_incidentlevel_approvers
    ADD CONSTRAINT inbox_incidentlevel_appr_incidentlevel_id_user_id_9f41ef91_uniq UNIQUE (incidentlevel_id, user_id);
ALTER TABLE ONLY inbox_incidentlevel_approvers
    ADD CONSTRAINT inbox_incidentlevel_approvers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_incidentlevel
    ADD CONSTRAINT inbox_incidentlevel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_incidentticket
    ADD CONSTRAINT inbox_incidentticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_label
    ADD CONSTRAINT inbox_label_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_lesson
    ADD CONSTRAINT inbox_lesson_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_logreader
    ADD CONSTRAINT inbox_logreader_pkey PRIMARY KEY (name);
ALTER TABLE ONLY inbox_macro
    ADD CONSTRAINT inbox_macro_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_message
    ADD CONSTRAINT inbox_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_messagetemplate
    ADD CONSTRAINT inbox_messagetemplate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_movedmessage
    ADD CONSTRAINT inbox_movedmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_namedstatus
    ADD CONSTRAINT inbox_namedstatus_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_notificationchoice
    ADD CONSTRAINT inbox_notificationchoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_objective
    ADD CONSTRAINT inbox_objective_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_opening
    ADD CONSTRAINT inbox_opening_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY inbox_payload
    ADD CONSTRAINT inbox_payload_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_post
    ADD CONSTRAINT inbox_post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT inbox_postanswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT inbox_postanswer_ticket_id_key UNIQUE (ticket_id);
ALTER TABLE ONLY inbox_postfile
    ADD CONSTRAINT inbox_postfile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_postspan
    ADD CONSTRAINT inbox_postspan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_postvariant
    ADD CONSTRAINT inbox_postvariant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_postversion
    ADD CONSTRAINT inbox_postversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_privacyjob
    ADD CONSTRAINT inbox_privacyjob_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_purpose
    ADD CONSTRAINT inbox_purpose_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_push
    ADD CONSTRAINT inbox_push_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_pushbrowser
    ADD CONSTRAINT inbox_pushbrowser_address_key UNIQUE (address);
ALTER TABLE ONLY inbox_pushbrowser
    ADD CONSTRAINT inbox_pushbrowser_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_pushkey
    ADD CONSTRAINT inbox_pushkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_rawmessage
    ADD CONSTRAINT inbox_rawmessage_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY inbox_recentsearch
    ADD CONSTRAINT inbox_recentsearch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_recount
    ADD CONSTRAINT inbox_recount_pkey PRIMARY KEY (organization_id);
ALTER TABLE ONLY inbox_regrouping
    ADD CONSTRAINT inbox_regrouping_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT inbox_repeatable_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT inbox_repeatable_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_replychange
    ADD CONSTRAINT inbox_replychange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_revision
    ADD CONSTRAINT inbox_revision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_rollupday
    ADD CONSTRAINT inbox_rollupday_pkey PRIMARY KEY (organization_id, kind, day, brand_id, value);
ALTER TABLE ONLY inbox_rolluphour
    ADD CONSTRAINT inbox_rolluphour_pkey PRIMARY KEY (organization_id, kind, hour, brand_id, value);
ALTER TABLE ONLY inbox_rollupmonth
    ADD CONSTRAINT inbox_rollupmonth_pkey PRIMARY KEY (organization_id, kind, month, brand_id, value);
ALTER TABLE ONLY inbox_rulejob
    ADD CONSTRAINT inbox_rulejob_event_key UNIQUE (event);
ALTER TABLE ONLY inbox_rulejob
    ADD CONSTRAINT inbox_rulejob_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_rulerun
    ADD CONSTRAINT inbox_rulerun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ruletimer
    ADD CONSTRAINT inbox_ruletimer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_savedreport
    ADD CONSTRAINT inbox_savedreport_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_savedview
    ADD CONSTRAINT inbox_savedview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_sight
    ADD CONSTRAINT inbox_sight_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT inbox_signoff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_skill_brands
    ADD CONSTRAINT inbox_skill_brands_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_skill_brands
    ADD CONSTRAINT inbox_skill_brands_skill_id_brand_id_ec765f09_uniq UNIQUE (skill_id, brand_id);
ALTER TABLE ONLY inbox_skill_labels
    ADD CONSTRAINT inbox_skill_labels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_skill_labels
    ADD CONSTRAINT inbox_skill_labels_skill_id_label_id_9eca2e8c_uniq UNIQUE (skill_id, label_id);
ALTER TABLE ONLY inbox_skill_people
    ADD CONSTRAINT inbox_skill_people_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_skill_people
    ADD CONSTRAINT inbox_skill_people_skill_id_user_id_43e13a66_uniq UNIQUE (skill_id, user_id);
ALTER TABLE ONLY inbox_skill
    ADD CONSTRAINT inbox_skill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_slapolicy_brands
    ADD CONSTRAINT inbox_slapolicy_brands_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_slapolicy_brands
    ADD CONSTRAINT inbox_slapolicy_brands_slapolicy_id_brand_id_9049ec57_uniq UNIQUE (slapolicy_id, brand_id);
ALTER TABLE ONLY inbox_slapolicy_channels
    ADD CONSTRAINT inbox_slapolicy_channels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_slapolicy_channels
    ADD CONSTRAINT inbox_slapolicy_channels_slapolicy_id_channel_id_4d19c224_uniq UNIQUE (slapolicy_id, channel_id);
ALTER TABLE ONLY inbox_slapolicy
    ADD CONSTRAINT inbox_slapolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_slapolicy_teams
    ADD CONSTRAINT inbox_slapolicy_teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_slapolicy_teams
    ADD CONSTRAINT inbox_slapolicy_teams_slapolicy_id_team_id_9583153f_uniq UNIQUE (slapolicy_id, team_id);
ALTER TABLE ONLY inbox_slatarget
    ADD CONSTRAINT inbox_slatarget_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_spanedit
    ADD CONSTRAINT inbox_spanedit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_spikecount
    ADD CONSTRAINT inbox_spikecount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_spikemessage
    ADD CONSTRAINT inbox_spikemessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_spikeword
    ADD CONSTRAINT inbox_spikeword_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_key_key UNIQUE (key);
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_surveypolicy
    ADD CONSTRAINT inbox_surveypolicy_channel_id_key UNIQUE (channel_id);
ALTER TABLE ONLY inbox_surveypolicy
    ADD CONSTRAINT inbox_surveypolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ticket_labels
    ADD CONSTRAINT inbox_ticket_labels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ticket_labels
    ADD CONSTRAINT inbox_ticket_labels_ticket_id_label_id_4e7d8f16_uniq UNIQUE (ticket_id, label_id);
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ticketclock
    ADD CONSTRAINT inbox_ticketclock_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY inbox_ticketcounter
    ADD CONSTRAINT inbox_ticketcounter_pkey PRIMARY KEY (organization_id);
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT inbox_ticketlink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ticketrule
    ADD CONSTRAINT inbox_ticketrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_ticketstory
    ADD CONSTRAINT inbox_ticketstory_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY inbox_translation
    ADD CONSTRAINT inbox_translation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_upload
    ADD CONSTRAINT inbox_upload_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_viewcount
    ADD CONSTRAINT inbox_viewcount_pkey PRIMARY KEY (view_id, team_id, assignee_id);
ALTER TABLE ONLY inbox_viewmember
    ADD CONSTRAINT inbox_viewmember_pkey PRIMARY KEY (view_id, ticket_id);
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT inbox_waitingticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_acknowledgement
    ADD CONSTRAINT incident_acknowledged_once UNIQUE (incident_id, user_id);
ALTER TABLE ONLY inbox_incidentlevel
    ADD CONSTRAINT incident_level_name_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_incidentticket
    ADD CONSTRAINT incident_ticket_once UNIQUE (incident_id, ticket_id);
ALTER TABLE ONLY inbox_label
    ADD CONSTRAINT label_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_lesson
    ADD CONSTRAINT lesson_once UNIQUE (message_id, about);
ALTER TABLE ONLY inbox_messagetemplate
    ADD CONSTRAINT message_template_once UNIQUE (channel_id, external_id);
ALTER TABLE ONLY mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_movedmessage
    ADD CONSTRAINT moved_once UNIQUE (regrouping_id, message_id);
ALTER TABLE ONLY brandvoice_namedperson
    ADD CONSTRAINT named_person_once_per_version UNIQUE (version_id, person_id);
ALTER TABLE ONLY inbox_notificationchoice
    ADD CONSTRAINT notification_choice_once UNIQUE (user_id, reason, way);
ALTER TABLE ONLY inbox_objective
    ADD CONSTRAINT objective_name_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT offer_once UNIQUE NULLS NOT DISTINCT (message_id, user_id, wording_id);
ALTER TABLE ONLY inbox_payload
    ADD CONSTRAINT payload_once UNIQUE (channel_id, delivery_key);
ALTER TABLE ONLY brandvoice_position
    ADD CONSTRAINT position_key_once_per_organization UNIQUE (organization_id, key);
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT post_answer_once UNIQUE (variant_id, ticket_id);
ALTER TABLE ONLY inbox_postvariant
    ADD CONSTRAINT post_variant_once UNIQUE (post_id, channel_id);
ALTER TABLE ONLY inbox_postversion
    ADD CONSTRAINT post_version_once UNIQUE (post_id, number);
ALTER TABLE ONLY inbox_purpose
    ADD CONSTRAINT purpose_key_once_per_organization UNIQUE (organization_id, key);
ALTER TABLE ONLY inbox_recentsearch
    ADD CONSTRAINT recent_search_once UNIQUE (user_id, text);
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT repeatable_once UNIQUE (key_id, name);
ALTER TABLE ONLY inbox_replychange
    ADD CONSTRAINT reply_change_once UNIQUE (message_id, version);
ALTER TABLE ONLY inbox_rulerun
    ADD CONSTRAINT rule_run_once UNIQUE (rule_id, ticket_id, event);
ALTER TABLE ONLY inbox_ruletimer
    ADD CONSTRAINT rule_timer_once UNIQUE (rule_id, ticket_id);
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT rule_version_once UNIQUE (rule_id, number);
ALTER TABLE ONLY sandbox_account
    ADD CONSTRAINT sandbox_account_handle_key UNIQUE (handle);
ALTER TABLE ONLY sandbox_account
    ADD CONSTRAINT sandbox_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY sandbox_account
    ADD CONSTRAINT sandbox_account_webhook_path_key UNIQUE (webhook_path);
ALTER TABLE ONLY sandbox_post
    ADD CONSTRAINT sandbox_post_key_key UNIQUE (key);
ALTER TABLE ONLY sandbox_post
    ADD CONSTRAINT sandbox_post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY inbox_savedreport
    ADD CONSTRAINT saved_report_name_once_per_owner UNIQUE (owner_id, name);
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT sign_off_once UNIQUE (approval_id, step, person_id);
ALTER TABLE ONLY brandvoice_signer
    ADD CONSTRAINT signer_once_per_version UNIQUE (version_id, person_id);
ALTER TABLE ONLY inbox_skill
    ADD CONSTRAINT skill_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_slapolicy
    ADD CONSTRAINT sla_policy_name_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_slatarget
    ADD CONSTRAINT sla_target_once_a_priority UNIQUE NULLS NOT DISTINCT (policy_id, metric, priority);
ALTER TABLE ONLY inbox_spikecount
    ADD CONSTRAINT spike_count_once UNIQUE (brand_id, series, key, "window");
ALTER TABLE ONLY inbox_spikemessage
    ADD CONSTRAINT spike_message_once UNIQUE (spike_id, message_id);
ALTER TABLE ONLY inbox_spikeword
    ADD CONSTRAINT spike_word_once UNIQUE (brand_id, bucket);
ALTER TABLE ONLY accounts_team
    ADD CONSTRAINT team_name_once_per_organization UNIQUE (organization_id, name);
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT ticket_linked_once UNIQUE (ticket_id, other_id);
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT ticket_number_once UNIQUE (organization_id, number);
ALTER TABLE ONLY inbox_translation
    ADD CONSTRAINT translation_once UNIQUE (message_id, language);
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT usage_day_once UNIQUE (organization_id, day, version_id, brand_id, network, language);
ALTER TABLE ONLY usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);
ALTER TABLE ONLY usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT version_number_once UNIQUE (position_id, number);
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT version_signed_one_at_a_time EXCLUDE USING gist (position_id WITH =, tstzrange(valid_from, LEAST(valid_until, gives_way_at)) WITH &&) WHERE (((status)::text = 'signed'::text));
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT waiting_once UNIQUE (question_id, ticket_id);
ALTER TABLE ONLY webchat_file
    ADD CONSTRAINT webchat_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY webchat_line
    ADD CONSTRAINT webchat_line_in_order UNIQUE (visitor_id, number);
ALTER TABLE ONLY webchat_line
    ADD CONSTRAINT webchat_line_once UNIQUE (visitor_id, key);
ALTER TABLE ONLY webchat_line
    ADD CONSTRAINT webchat_line_pkey PRIMARY KEY (id);
ALTER TABLE ONLY webchat_visitor
    ADD CONSTRAINT webchat_visitor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY brandvoice_wording
    ADD CONSTRAINT wording_variant_once UNIQUE (version_id, language, channel_kind, variant);
CREATE INDEX account_emailaddress_email_03be32b2 ON account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_apikey_created_by_id_1b5317c8 ON accounts_apikey USING btree (created_by_id);
CREATE INDEX accounts_apikey_organization_id_79d80250 ON accounts_apikey USING btree (organization_id);
CREATE INDEX accounts_apikey_prefix_2468c39f_like ON accounts_apikey USING btree (prefix varchar_pattern_ops);
CREATE INDEX accounts_brand_organization_id_c7e74008 ON accounts_brand USING btree (organization_id);
CREATE INDEX accounts_brand_slug_21841905 ON accounts_brand USING btree (slug);
CREATE INDEX accounts_brand_slug_21841905_like ON accounts_brand USING btree (slug varchar_pattern_ops);
CREATE INDEX accounts_delegation_colleague_id_f738e934 ON accounts_delegation USING btree (colleague_id);
CREATE INDEX accounts_delegation_organization_id_a8b3af77 ON accounts_delegation USING btree (organization_id);
CREATE INDEX accounts_delegation_person_id_5f0fb149 ON accounts_delegation USING btree (person_id);
CREATE INDEX accounts_holiday_team_id_280c1f05 ON accounts_holiday USING btree (team_id);
CREATE INDEX accounts_invitation_invited_by_id_94a21efc ON accounts_invitation USING btree (invited_by_id);
CREATE INDEX accounts_invitation_organization_id_2be75950 ON accounts_invitation USING btree (organization_id);
CREATE INDEX accounts_invitation_teams_invitation_id_7c81c8a6 ON accounts_invitation_teams USING btree (invitation_id);
CREATE INDEX accounts_invitation_teams_team_id_1058958d ON accounts_invitation_teams USING btree (team_id);
CREATE INDEX accounts_invitation_token_hash_3d59d75c_like ON accounts_invitation USING btree (token_hash varchar_pattern_ops);
CREATE INDEX accounts_organization_slug_d6ef85ac_like ON accounts_organization USING btree (slug varchar_pattern_ops);
CREATE INDEX accounts_team_members_team_id_4443c9b3 ON accounts_team_members USING btree (team_id);
CREATE INDEX accounts_team_members_user_id_81523d17 ON accounts_team_members USING btree (user_id);
CREATE INDEX accounts_team_organization_id_bf0a6adc ON accounts_team USING btree (organization_id);
CREATE INDEX accounts_user_email_b2644a56_like ON accounts_user USING btree (email varchar_pattern_ops);
CREATE INDEX accounts_user_groups_group_id_bd11a704 ON accounts_user_groups USING btree (group_id);
CREATE INDEX accounts_user_groups_user_id_52b62117 ON accounts_user_groups USING btree (user_id);
CREATE INDEX accounts_user_organization_id_d808f5ca ON accounts_user USING btree (organization_id);
CREATE INDEX accounts_user_shown_brand_id_4c943427 ON accounts_user USING btree (shown_brand_id);
CREATE INDEX accounts_user_user_permissions_permission_id_113bb443 ON accounts_user_user_permissions USING btree (permission_id);
CREATE INDEX accounts_user_user_permissions_user_id_e4f0a161 ON accounts_user_user_permissions USING btree (user_id);
CREATE INDEX accounts_workinghours_team_id_d4e40359 ON accounts_workinghours USING btree (team_id);
CREATE INDEX approval_due ON inbox_approval USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE UNIQUE INDEX approval_post_waits_once ON inbox_approval USING btree (post_id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX approval_waiting ON inbox_approval USING btree (organization_id, asked_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX attachment_due ON inbox_attachment USING btree (due_at, id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX attachment_name_search ON inbox_attachment USING gin (to_tsvector('onevoice'::regconfig, translate((name)::text, '._-'::text, '   '::text))) WHERE ((name)::text <> ''::text);
CREATE INDEX auth_group_name_a6ea08ec_like ON auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON auth_permission USING btree (content_type_id);
CREATE UNIQUE INDEX blocked_once_at_a_time ON inbox_block USING btree (identity_id) WHERE (lifted_at IS NULL);
CREATE INDEX brandvoice_comment_author_id_508f0be6 ON brandvoice_comment USING btree (author_id);
CREATE INDEX brandvoice_comment_organization_id_76a22b42 ON brandvoice_comment USING btree (organization_id);
CREATE INDEX brandvoice_comment_version_id_d3ebd5ee ON brandvoice_comment USING btree (version_id);
CREATE INDEX brandvoice_contradiction_left_id_01bae950 ON brandvoice_contradiction USING btree (left_id);
CREATE INDEX brandvoice_contradiction_organization_id_70e7db9d ON brandvoice_contradiction USING btree (organization_id);
CREATE INDEX brandvoice_contradiction_right_id_0d4715da ON brandvoice_contradiction USING btree (right_id);
CREATE INDEX brandvoice_embedding_example_id_06764882 ON brandvoice_embedding USING btree (example_id);
CREATE INDEX brandvoice_embedding_organization_id_83fe17c8 ON brandvoice_embedding USING btree (organization_id);
CREATE INDEX brandvoice_evidence_file_id_eaa2f3ee ON brandvoice_evidence USING btree (file_id);
CREATE INDEX brandvoice_evidence_organization_id_1e81685b ON brandvoice_evidence USING btree (organization_id);
CREATE INDEX brandvoice_evidence_version_id_2d866108 ON brandvoice_evidence USING btree (version_id);
CREATE INDEX brandvoice_example_created_by_id_a46f805b ON brandvoice_example USING btree (created_by_id);
CREATE INDEX brandvoice_example_organization_id_496f584f ON brandvoice_example USING btree (organization_id);
CREATE INDEX brandvoice_example_position_id_f3d39693 ON brandvoice_example USING btree (position_id);
CREATE INDEX brandvoice_fillin_organization_id_0ab24498 ON brandvoice_fillin USING btree (organization_id);
CREATE INDEX brandvoice_fillin_version_id_f509ad09 ON brandvoice_fillin USING btree (version_id);
CREATE INDEX brandvoice_habit_position_id_0ab15c4f ON brandvoice_habit USING btree (position_id);
CREATE INDEX brandvoice_learnedhead_organization_id_f5586407 ON brandvoice_learnedhead USING btree (organization_id);
CREATE INDEX brandvoice_namedperson_organization_id_ddd00a98 ON brandvoice_namedperson USING btree (organization_id);
CREATE INDEX brandvoice_namedperson_person_id_7f36a354 ON brandvoice_namedperson USING btree (person_id);
CREATE INDEX brandvoice_namedperson_version_id_cd880d63 ON brandvoice_namedperson USING btree (version_id);
CREATE INDEX brandvoice_position_brand_id_325a19da ON brandvoice_position USING btree (brand_id);
CREATE INDEX brandvoice_position_key_b59fc827 ON brandvoice_position USING btree (key);
CREATE INDEX brandvoice_position_key_b59fc827_like ON brandvoice_position USING btree (key varchar_pattern_ops);
CREATE INDEX brandvoice_position_organization_id_25ab70c7 ON brandvoice_position USING btree (organization_id);
CREATE INDEX brandvoice_position_owner_id_899dc598 ON brandvoice_position USING btree (owner_id);
CREATE INDEX brandvoice_positionversion_created_by_id_104873ff ON brandvoice_positionversion USING btree (created_by_id);
CREATE INDEX brandvoice_positionversion_organization_id_9d87ca30 ON brandvoice_positionversion USING btree (organization_id);
CREATE INDEX brandvoice_positionversion_position_id_d31570ab ON brandvoice_positionversion USING btree (position_id);
CREATE INDEX brandvoice_positionversion_signed_by_id_0ca53ce5 ON brandvoice_positionversion USING btree (signed_by_id);
CREATE INDEX brandvoice_positionversion_signed_for_id_bd6bce0e ON brandvoice_positionversion USING btree (signed_for_id);
CREATE INDEX brandvoice_positionversion_submitted_by_id_71e1b5ee ON brandvoice_positionversion USING btree (submitted_by_id);
CREATE INDEX brandvoice_positionversion_withdrawn_by_id_89973987 ON brandvoice_positionversion USING btree (withdrawn_by_id);
CREATE INDEX brandvoice_rule_brand_id_e2d6c170 ON brandvoice_rule USING btree (brand_id);
CREATE INDEX brandvoice_rule_changed_by_id_77fbfbef ON brandvoice_rule USING btree (changed_by_id);
CREATE INDEX brandvoice_rule_organization_id_1accd41d ON brandvoice_rule USING btree (organization_id);
CREATE INDEX brandvoice_ruleversion_brand_id_92fa0962 ON brandvoice_ruleversion USING btree (brand_id);
CREATE INDEX brandvoice_ruleversion_changed_by_id_fa9eed04 ON brandvoice_ruleversion USING btree (changed_by_id);
CREATE INDEX brandvoice_ruleversion_organization_id_e6dec9e6 ON brandvoice_ruleversion USING btree (organization_id);
CREATE INDEX brandvoice_ruleversion_rule_id_6027bceb ON brandvoice_ruleversion USING btree (rule_id);
CREATE INDEX brandvoice_signature_on_behalf_of_id_c5033240 ON brandvoice_signature USING btree (on_behalf_of_id);
CREATE INDEX brandvoice_signature_organization_id_3a3dc745 ON brandvoice_signature USING btree (organization_id);
CREATE INDEX brandvoice_signature_person_id_0ebaa16b ON brandvoice_signature USING btree (person_id);
CREATE INDEX brandvoice_signature_version_id_8477aa7a ON brandvoice_signature USING btree (version_id);
CREATE INDEX brandvoice_signer_organization_id_7ac1b304 ON brandvoice_signer USING btree (organization_id);
CREATE INDEX brandvoice_signer_person_id_680f7f28 ON brandvoice_signer USING btree (person_id);
CREATE INDEX brandvoice_signer_version_id_aaa34cc3 ON brandvoice_signer USING btree (version_id);
CREATE INDEX brandvoice_step_by_id_fe1cfa87 ON brandvoice_step USING btree (by_id);
CREATE INDEX brandvoice_step_on_behalf_of_id_94aa14b2 ON brandvoice_step USING btree (on_behalf_of_id);
CREATE INDEX brandvoice_step_organization_id_0f3828a3 ON brandvoice_step USING btree (organization_id);
CREATE INDEX brandvoice_step_position_id_6b4f57be ON brandvoice_step USING btree (position_id);
CREATE INDEX brandvoice_step_version_id_c5430ba9 ON brandvoice_step USING btree (version_id);
CREATE INDEX brandvoice_storedfile_created_by_id_aa8668a1 ON brandvoice_storedfile USING btree (created_by_id);
CREATE INDEX brandvoice_storedfile_organization_id_76f8803c ON brandvoice_storedfile USING btree (organization_id);
CREATE INDEX brandvoice_usageday_brand_id_130cf13c ON brandvoice_usageday USING btree (brand_id);
CREATE INDEX brandvoice_usageday_version_id_625fad75 ON brandvoice_usageday USING btree (version_id);
CREATE INDEX brandvoice_wording_media_id_33c68eee ON brandvoice_wording USING btree (media_id);
CREATE INDEX brandvoice_wording_organization_id_03c0e4c0 ON brandvoice_wording USING btree (organization_id);
CREATE INDEX brandvoice_wording_version_id_2e5e6c51 ON brandvoice_wording USING btree (version_id);
CREATE INDEX call_delivery ON inbox_call USING btree (delivery_id) WHERE (delivery_id IS NOT NULL);
CREATE INDEX call_due ON inbox_call USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX call_newest ON inbox_call USING btree (organization_id, created_at DESC);
CREATE INDEX clock_next ON inbox_ticketclock USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX cluster_largest ON inbox_cluster USING btree (organization_id, size DESC);
CREATE INDEX comment_thread ON brandvoice_comment USING btree (version_id, id);
CREATE UNIQUE INDEX consent_once_for_a_purpose ON inbox_customerconsent USING btree (contact_id, purpose) WHERE (withdrawn_at IS NULL);
CREATE INDEX contact_fields ON inbox_contact USING gin (fields jsonb_path_ops) WHERE (NOT (fields = '{}'::jsonb));
CREATE INDEX contact_merged ON inbox_contact USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX contact_name ON inbox_contact USING btree (organization_id, name);
CREATE INDEX contact_vip ON inbox_contact USING btree (organization_id, name) WHERE is_vip;
CREATE INDEX decision_newest ON brandvoice_guarddecision USING btree (organization_id, id DESC);
CREATE INDEX delegation_of_colleague ON accounts_delegation USING btree (colleague_id, ends_at);
CREATE INDEX delivery_claimed ON inbox_delivery USING btree (claimed_at) WHERE ((state)::text = 'sending'::text);
CREATE INDEX delivery_dead ON inbox_delivery USING btree (organization_id, id) WHERE ((state)::text = ANY (ARRAY[('failed'::character varying)::text, ('uncertain'::character varying)::text]));
CREATE INDEX delivery_due ON inbox_delivery USING btree (channel_id, due_at, id) WHERE ((state)::text = 'queued'::text);
CREATE INDEX delivery_in_flight ON inbox_delivery USING btree (ticket_id, id) WHERE ((state)::text = ANY (ARRAY[('queued'::character varying)::text, ('held'::character varying)::text, ('sending'::character varying)::text, ('uncertain'::character varying)::text]));
CREATE INDEX delivery_posted ON inbox_delivery USING gin (posted) WHERE (NOT (posted = '{}'::character varying(255)[]));
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX embedding_in_order ON brandvoice_embedding USING btree (organization_id, embedder, id);
CREATE UNIQUE INDEX endpoint_one_poster ON inbox_endpoint USING btree (channel_id) WHERE ((shape)::text = 'chatwoot'::text);
CREATE INDEX event_about_organization ON inbox_event USING btree (organization_id, kind, id) WHERE (ticket_id IS NULL);
CREATE INDEX event_actor ON inbox_event USING btree (actor_id) WHERE (actor_id IS NOT NULL);
CREATE INDEX event_commit_order ON inbox_event USING btree (transaction, id);
CREATE INDEX event_newest ON inbox_event USING btree (organization_id, id DESC);
CREATE INDEX event_resolved ON inbox_event USING btree (organization_id, id DESC) WHERE ((kind)::text = 'ticket.resolved'::text);
CREATE INDEX event_team ON inbox_event USING btree (team_id, id DESC);
CREATE INDEX event_ticket ON inbox_event USING btree (ticket_id, id) WHERE (ticket_id IS NOT NULL);
CREATE INDEX habit_strongest ON brandvoice_habit USING btree (organization_id, replies DESC);
CREATE INDEX identity_names ON inbox_identity USING gin (lower(((COALESCE(username, ''::character varying))::text || COALESCE((COALESCE(' '::text, ''::text) || (COALESCE(name, ''::character varying))::text), ''::text))) gin_trgm_ops);
CREATE INDEX inbox_acknowledgement_user_id_9cba7f62 ON inbox_acknowledgement USING btree (user_id);
CREATE INDEX inbox_approval_asked_by_id_402d1b6e ON inbox_approval USING btree (asked_by_id);
CREATE INDEX inbox_approval_organization_id_972ec20c ON inbox_approval USING btree (organization_id);
CREATE INDEX inbox_approval_policy_id_0e83e62e ON inbox_approval USING btree (policy_id);
CREATE INDEX inbox_approval_post_id_d83daee7 ON inbox_approval USING btree (post_id);
CREATE INDEX inbox_approval_settled_by_id_d2b76cbd ON inbox_approval USING btree (settled_by_id);
CREATE INDEX inbox_approvalpolicy_brands_approvalpolicy_id_aee3bb77 ON inbox_approvalpolicy_brands USING btree (approvalpolicy_id);
CREATE INDEX inbox_approvalpolicy_brands_brand_id_8aed9275 ON inbox_approvalpolicy_brands USING btree (brand_id);
CREATE INDEX inbox_approvalpolicy_channels_approvalpolicy_id_4352a2b3 ON inbox_approvalpolicy_channels USING btree (approvalpolicy_id);
CREATE INDEX inbox_approvalpolicy_channels_channel_id_fe734e45 ON inbox_approvalpolicy_channels USING btree (channel_id);
CREATE INDEX inbox_approvalpolicy_organization_id_29c40ea4 ON inbox_approvalpolicy USING btree (organization_id);
CREATE INDEX inbox_approvalstep_people_approvalstep_id_21a401ef ON inbox_approvalstep_people USING btree (approvalstep_id);
CREATE INDEX inbox_approvalstep_people_user_id_58e2d49e ON inbox_approvalstep_people USING btree (user_id);
CREATE INDEX inbox_approvalstep_policy_id_fdfe29ba ON inbox_approvalstep USING btree (policy_id);
CREATE INDEX inbox_approvalstep_teams_approvalstep_id_444f3b14 ON inbox_approvalstep_teams USING btree (approvalstep_id);
CREATE INDEX inbox_approvalstep_teams_team_id_0e55fcbd ON inbox_approvalstep_teams USING btree (team_id);
CREATE INDEX inbox_assignmentpolicy_organization_id_322f5e49 ON inbox_assignmentpolicy USING btree (organization_id);
CREATE INDEX inbox_attachment_message_id_353f98ff ON inbox_attachment USING btree (message_id);
CREATE INDEX inbox_attachment_organization_id_21cf6018 ON inbox_attachment USING btree (organization_id);
CREATE INDEX inbox_attempt_delivery_id_ac8eb3fd ON inbox_attempt USING btree (delivery_id);
CREATE INDEX inbox_block_by_id_25dc7953 ON inbox_block USING btree (by_id);
CREATE INDEX inbox_block_identity_id_3c5182f0 ON inbox_block USING btree (identity_id);
CREATE INDEX inbox_block_lifted_by_id_b7dfc064 ON inbox_block USING btree (lifted_by_id);
CREATE INDEX inbox_block_organization_id_a00e8f58 ON inbox_block USING btree (organization_id);
CREATE INDEX inbox_capacity_policy_id_c836a5ea ON inbox_capacity USING btree (policy_id);
CREATE INDEX inbox_capacity_user_id_486d06bd ON inbox_capacity USING btree (user_id);
CREATE INDEX inbox_channel_brand_id_a946f497 ON inbox_channel USING btree (brand_id);
CREATE INDEX inbox_channel_organization_id_b09efbb4 ON inbox_channel USING btree (organization_id);
CREATE INDEX inbox_channel_team_id_4f9ce226 ON inbox_channel USING btree (team_id);
CREATE INDEX inbox_channelkey_channel_id_db8048c1 ON inbox_channelkey USING btree (channel_id);
CREATE INDEX inbox_channelkey_key_id_ae775ab1 ON inbox_channelkey USING btree (key_id);
CREATE INDEX inbox_cluster_brand_id_089dcbee ON inbox_cluster USING btree (brand_id);
CREATE INDEX inbox_contactmerge_gone_id_a4780e69 ON inbox_contactmerge USING btree (gone_id);
CREATE INDEX inbox_contactmerge_kept_id_d2d7ae2b ON inbox_contactmerge USING btree (kept_id);
CREATE INDEX inbox_contactmerge_organization_id_920951a0 ON inbox_contactmerge USING btree (organization_id);
CREATE INDEX inbox_correction_asked_by_id_595a5361 ON inbox_correction USING btree (asked_by_id);
CREATE INDEX inbox_correction_organization_id_49de8e3d ON inbox_correction USING btree (organization_id);
CREATE INDEX inbox_correction_ticket_id_92337264 ON inbox_correction USING btree (ticket_id);
CREATE INDEX inbox_correction_version_id_625410cc ON inbox_correction USING btree (version_id);
CREATE INDEX inbox_coverageday_brand_id_1b276777 ON inbox_coverageday USING btree (brand_id);
CREATE INDEX inbox_cursor_due_at_5bd2292c ON inbox_cursor USING btree (due_at);
CREATE INDEX inbox_customerconsent_contact_id_ddf0de60 ON inbox_customerconsent USING btree (contact_id);
CREATE INDEX inbox_customerconsent_organization_id_a58d8432 ON inbox_customerconsent USING btree (organization_id);
CREATE INDEX inbox_customernote_contact_id_eb841196 ON inbox_customernote USING btree (contact_id);
CREATE INDEX inbox_customernote_organization_id_378d3c4b ON inbox_customernote USING btree (organization_id);
CREATE INDEX inbox_delivery_channel_id_4ebb2c94 ON inbox_delivery USING btree (channel_id);
CREATE INDEX inbox_delivery_organization_id_d783071b ON inbox_delivery USING btree (organization_id);
CREATE INDEX inbox_delivery_ticket_id_0b752d9b ON inbox_delivery USING btree (ticket_id);
CREATE INDEX inbox_draft_organization_id_2707bef9 ON inbox_draft USING btree (organization_id);
CREATE INDEX inbox_draft_ticket_id_5ff7e3f4 ON inbox_draft USING btree (ticket_id);
CREATE INDEX inbox_draft_user_id_6f097661 ON inbox_draft USING btree (user_id);
CREATE INDEX inbox_draftversion_draft_id_45623924 ON inbox_draftversion USING btree (draft_id);
CREATE INDEX inbox_endpoint_channel_id_74037aa9 ON inbox_endpoint USING btree (channel_id);
CREATE INDEX inbox_endpoint_created_by_id_d5657318 ON inbox_endpoint USING btree (created_by_id);
CREATE INDEX inbox_endpoint_organization_id_e9afcaac ON inbox_endpoint USING btree (organization_id);
CREATE INDEX inbox_event_message_id_a639ab5d ON inbox_event USING btree (message_id);
CREATE INDEX inbox_follower_user_id_dbc1b4de ON inbox_follower USING btree (user_id);
CREATE INDEX inbox_identity_contact_id_50f61d71 ON inbox_identity USING btree (contact_id);
CREATE INDEX inbox_incident_brand_id_a29f3a65 ON inbox_incident USING btree (brand_id);
CREATE INDEX inbox_incident_declared_by_id_55d7e123 ON inbox_incident USING btree (declared_by_id);
CREATE INDEX inbox_incident_ended_by_id_5c743e11 ON inbox_incident USING btree (ended_by_id);
CREATE INDEX inbox_incident_holding_id_66ace0c4 ON inbox_incident USING btree (holding_id);
CREATE INDEX inbox_incident_level_id_66089c30 ON inbox_incident USING btree (level_id);
CREATE INDEX inbox_incident_organization_id_c441442f ON inbox_incident USING btree (organization_id);
CREATE INDEX inbox_incidentlevel_approvers_incidentlevel_id_6a2e74c3 ON inbox_incidentlevel_approvers USING btree (incidentlevel_id);
CREATE INDEX inbox_incidentlevel_approvers_user_id_a00b253b ON inbox_incidentlevel_approvers USING btree (user_id);
CREATE INDEX inbox_incidentlevel_organization_id_93430f17 ON inbox_incidentlevel USING btree (organization_id);
CREATE INDEX inbox_incidentlevel_policy_id_54152a85 ON inbox_incidentlevel USING btree (policy_id);
CREATE INDEX inbox_incidentlevel_team_id_4dad5e09 ON inbox_incidentlevel USING btree (team_id);
CREATE INDEX inbox_incidentticket_ticket_id_7b698f57 ON inbox_incidentticket USING btree (ticket_id);
CREATE INDEX inbox_label_organization_id_e798c7e2 ON inbox_label USING btree (organization_id);
CREATE INDEX inbox_lesson_message_id_65df2f72 ON inbox_lesson USING btree (message_id);
CREATE INDEX inbox_logreader_name_a579e127_like ON inbox_logreader USING btree (name varchar_pattern_ops);
CREATE INDEX inbox_macro_organization_id_3f1053db ON inbox_macro USING btree (organization_id);
CREATE INDEX inbox_macro_owner_id_25aac503 ON inbox_macro USING btree (owner_id);
CREATE INDEX inbox_macro_team_id_9ce4aec0 ON inbox_macro USING btree (team_id);
CREATE INDEX inbox_message_identity_id_d90577eb ON inbox_message USING btree (identity_id);
CREATE INDEX inbox_messagetemplate_channel_id_2de90470 ON inbox_messagetemplate USING btree (channel_id);
CREATE INDEX inbox_messagetemplate_organization_id_d54b3814 ON inbox_messagetemplate USING btree (organization_id);
CREATE INDEX inbox_movedmessage_home_id_cd3975ec ON inbox_movedmessage USING btree (home_id);
CREATE INDEX inbox_movedmessage_message_id_20796248 ON inbox_movedmessage USING btree (message_id);
CREATE INDEX inbox_movedmessage_regrouping_id_23146c2e ON inbox_movedmessage USING btree (regrouping_id);
CREATE INDEX inbox_namedstatus_organization_id_a02d286c ON inbox_namedstatus USING btree (organization_id);
CREATE INDEX inbox_notification_post_id_c54566a5 ON inbox_notification USING btree (post_id);
CREATE INDEX inbox_notification_ticket_id_2f478720 ON inbox_notification USING btree (ticket_id);
CREATE INDEX inbox_objective_brand_id_04fe585a ON inbox_objective USING btree (brand_id);
CREATE INDEX inbox_objective_organization_id_7a4004ed ON inbox_objective USING btree (organization_id);
CREATE INDEX inbox_offer_reply_id_c345b613 ON inbox_offer USING btree (reply_id);
CREATE INDEX inbox_offer_ticket_id_ea201bfd ON inbox_offer USING btree (ticket_id);
CREATE INDEX inbox_offer_user_id_6c338e74 ON inbox_offer USING btree (user_id);
CREATE INDEX inbox_offer_wording_id_da514075 ON inbox_offer USING btree (wording_id);
CREATE INDEX inbox_payload_channel_id_07405afe ON inbox_payload USING btree (channel_id);
CREATE INDEX inbox_payload_organization_id_3e28e104 ON inbox_payload USING btree (organization_id);
CREATE INDEX inbox_post_author_id_d15b638b ON inbox_post USING btree (author_id);
CREATE INDEX inbox_post_objective_id_30e6ea21 ON inbox_post USING btree (objective_id);
CREATE INDEX inbox_post_organization_id_daa097d5 ON inbox_post USING btree (organization_id);
CREATE INDEX inbox_postfile_post_id_909566f7 ON inbox_postfile USING btree (post_id);
CREATE INDEX inbox_postspan_post_id_dbf4a3aa ON inbox_postspan USING btree (post_id);
CREATE INDEX inbox_postspan_version_id_a3615ee9 ON inbox_postspan USING btree (version_id);
CREATE INDEX inbox_postversion_by_id_949d4269 ON inbox_postversion USING btree (by_id);
CREATE INDEX inbox_privacyjob_contact_id_ae27d28b ON inbox_privacyjob USING btree (contact_id);
CREATE INDEX inbox_privacyjob_organization_id_e7c13617 ON inbox_privacyjob USING btree (organization_id);
CREATE INDEX inbox_purpose_key_717da9d4 ON inbox_purpose USING btree (key);
CREATE INDEX inbox_purpose_key_717da9d4_like ON inbox_purpose USING btree (key varchar_pattern_ops);
CREATE INDEX inbox_purpose_objective_id_ccb22e5e ON inbox_purpose USING btree (objective_id);
CREATE INDEX inbox_purpose_organization_id_532ecd9d ON inbox_purpose USING btree (organization_id);
CREATE INDEX inbox_push_browser_id_133c3c65 ON inbox_push USING btree (browser_id);
CREATE INDEX inbox_push_notification_id_af5b013f ON inbox_push USING btree (notification_id);
CREATE INDEX inbox_pushbrowser_address_f74353f3_like ON inbox_pushbrowser USING btree (address varchar_pattern_ops);
CREATE INDEX inbox_pushbrowser_user_id_fa298c53 ON inbox_pushbrowser USING btree (user_id);
CREATE INDEX inbox_question_asked_by_id_f073a52d ON inbox_question USING btree (asked_by_id);
CREATE INDEX inbox_question_brand_id_d5fb55ed ON inbox_question USING btree (brand_id);
CREATE INDEX inbox_question_organization_id_84ad3a87 ON inbox_question USING btree (organization_id);
CREATE INDEX inbox_question_owner_id_c5ee4b1e ON inbox_question USING btree (owner_id);
CREATE INDEX inbox_question_position_id_c551f883 ON inbox_question USING btree (position_id);
CREATE INDEX inbox_regrouping_by_id_46305e60 ON inbox_regrouping USING btree (by_id);
CREATE INDEX inbox_regrouping_organization_id_d4aed723 ON inbox_regrouping USING btree (organization_id);
CREATE INDEX inbox_regrouping_source_id_b04bf0a2 ON inbox_regrouping USING btree (source_id);
CREATE INDEX inbox_regrouping_target_id_871a1931 ON inbox_regrouping USING btree (target_id);
CREATE INDEX inbox_revision_message_id_0f263a49 ON inbox_revision USING btree (message_id);
CREATE INDEX inbox_rulejob_ticket_id_04635bfd ON inbox_rulejob USING btree (ticket_id);
CREATE INDEX inbox_ruletimer_due_at_6f58cde5 ON inbox_ruletimer USING btree (due_at);
CREATE INDEX inbox_ruletimer_ticket_id_12a5edce ON inbox_ruletimer USING btree (ticket_id);
CREATE INDEX inbox_savedreport_owner_id_46421b91 ON inbox_savedreport USING btree (owner_id);
CREATE INDEX inbox_savedview_organization_id_f966b1cb ON inbox_savedview USING btree (organization_id);
CREATE INDEX inbox_savedview_owner_id_3a5eeffa ON inbox_savedview USING btree (owner_id);
CREATE INDEX inbox_savedview_team_id_0f545ca5 ON inbox_savedview USING btree (team_id);
CREATE INDEX inbox_sight_user_id_a49e26ad ON inbox_sight USING btree (user_id);
CREATE INDEX inbox_signoff_person_id_83eb751c ON inbox_signoff USING btree (person_id);
CREATE INDEX inbox_signoff_user_id_06e5d607 ON inbox_signoff USING btree (user_id);
CREATE INDEX inbox_skill_brands_brand_id_910e3a12 ON inbox_skill_brands USING btree (brand_id);
CREATE INDEX inbox_skill_brands_skill_id_6d0051f7 ON inbox_skill_brands USING btree (skill_id);
CREATE INDEX inbox_skill_labels_label_id_81843fd0 ON inbox_skill_labels USING btree (label_id);
CREATE INDEX inbox_skill_labels_skill_id_bc07c30e ON inbox_skill_labels USING btree (skill_id);
CREATE INDEX inbox_skill_organization_id_4ee4237e ON inbox_skill USING btree (organization_id);
CREATE INDEX inbox_skill_people_skill_id_ca038eac ON inbox_skill_people USING btree (skill_id);
CREATE INDEX inbox_skill_people_user_id_87477024 ON inbox_skill_people USING btree (user_id);
CREATE INDEX inbox_slapolicy_brands_brand_id_74ed27f5 ON inbox_slapolicy_brands USING btree (brand_id);
CREATE INDEX inbox_slapolicy_brands_slapolicy_id_7c217dd3 ON inbox_slapolicy_brands USING btree (slapolicy_id);
CREATE INDEX inbox_slapolicy_channels_channel_id_97e5e2ac ON inbox_slapolicy_channels USING btree (channel_id);
CREATE INDEX inbox_slapolicy_channels_slapolicy_id_57a8ef96 ON inbox_slapolicy_channels USING btree (slapolicy_id);
CREATE INDEX inbox_slapolicy_organization_id_3df96f4f ON inbox_slapolicy USING btree (organization_id);
CREATE INDEX inbox_slapolicy_teams_slapolicy_id_245ac8db ON inbox_slapolicy_teams USING btree (slapolicy_id);
CREATE INDEX inbox_slapolicy_teams_team_id_174668f4 ON inbox_slapolicy_teams USING btree (team_id);
CREATE INDEX inbox_slatarget_policy_id_080aa400 ON inbox_slatarget USING btree (policy_id);
CREATE INDEX inbox_span_draft_id_68e52aa0 ON inbox_span USING btree (draft_id);
CREATE INDEX inbox_span_message_id_6e59ce9c ON inbox_span USING btree (message_id);
CREATE INDEX inbox_span_organization_id_fd9972bd ON inbox_span USING btree (organization_id);
CREATE INDEX inbox_span_version_id_f312108d ON inbox_span USING btree (version_id);
CREATE INDEX inbox_span_wording_id_9509dee8 ON inbox_span USING btree (wording_id);
CREATE INDEX inbox_spanedit_span_id_d8d972f5 ON inbox_spanedit USING btree (span_id);
CREATE INDEX inbox_spike_brand_id_6843411f ON inbox_spike USING btree (brand_id);
CREATE INDEX inbox_spike_dismissed_by_id_ddd49fac ON inbox_spike USING btree (dismissed_by_id);
CREATE INDEX inbox_spike_incident_id_49947421 ON inbox_spike USING btree (incident_id);
CREATE INDEX inbox_spike_position_id_a2b65734 ON inbox_spike USING btree (position_id);
CREATE INDEX inbox_spike_question_id_97b709bb ON inbox_spike USING btree (question_id);
CREATE INDEX inbox_spikemessage_message_id_097379cb ON inbox_spikemessage USING btree (message_id);
CREATE INDEX inbox_survey_key_7f4b68f8_like ON inbox_survey USING btree (key varchar_pattern_ops);
CREATE INDEX inbox_survey_ticket_id_4623d8bc ON inbox_survey USING btree (ticket_id);
CREATE INDEX inbox_surveypolicy_organization_id_b0af5fe9 ON inbox_surveypolicy USING btree (organization_id);
CREATE INDEX inbox_ticket_contact_id_fb5106f0 ON inbox_ticket USING btree (contact_id);
CREATE INDEX inbox_ticket_labels_label_id_55d1d6a8 ON inbox_ticket_labels USING btree (label_id);
CREATE INDEX inbox_ticket_labels_ticket_id_d6e2837a ON inbox_ticket_labels USING btree (ticket_id);
CREATE INDEX inbox_ticketlink_by_id_23409c37 ON inbox_ticketlink USING btree (by_id);
CREATE INDEX inbox_ticketlink_other_id_ebf9b8a1 ON inbox_ticketlink USING btree (other_id);
CREATE INDEX inbox_ticketrule_author_id_1d079588 ON inbox_ticketrule USING btree (author_id);
CREATE INDEX inbox_ticketrule_organization_id_09242f4b ON inbox_ticketrule USING btree (organization_id);
CREATE INDEX inbox_upload_draft_id_efb50985 ON inbox_upload USING btree (draft_id);
CREATE INDEX inbox_upload_key_id_e3aa949e ON inbox_upload USING btree (key_id);
CREATE INDEX inbox_upload_organization_id_925768d0 ON inbox_upload USING btree (organization_id);
CREATE INDEX inbox_upload_ticket_id_4862b19e ON inbox_upload USING btree (ticket_id);
CREATE INDEX inbox_viewmember_ticket_id_bb24f699 ON inbox_viewmember USING btree (ticket_id);
CREATE INDEX inbox_waitingticket_organization_id_dfa72531 ON inbox_waitingticket USING btree (organization_id);
CREATE INDEX inbox_waitingticket_question_id_51844de7 ON inbox_waitingticket USING btree (question_id);
CREATE INDEX inbox_waitingticket_ticket_id_fdb8e452 ON inbox_waitingticket USING btree (ticket_id);
CREATE UNIQUE INDEX incident_declared_once ON inbox_incident USING btree (organization_id, client_uuid) WHERE (client_uuid IS NOT NULL);
CREATE INDEX incident_list ON inbox_incident USING btree (organization_id, id DESC);
CREATE INDEX incident_live ON inbox_incident USING btree (organization_id) WHERE ((state)::text = 'live'::text);
CREATE INDEX incident_ticket_unrouted ON inbox_incidentticket USING btree (id) WHERE (NOT routed);
CREATE UNIQUE INDEX invitation_open_once_per_address ON accounts_invitation USING btree (organization_id, lower((email)::text)) WHERE (accepted_at IS NULL);
CREATE INDEX lesson_newest ON inbox_lesson USING btree (organization_id, about, id DESC);
CREATE UNIQUE INDEX merged_into_one_at_a_time ON inbox_contactmerge USING btree (gone_id) WHERE (undone_at IS NULL);
CREATE UNIQUE INDEX merged_once_at_a_time ON inbox_regrouping USING btree (source_id) WHERE (((kind)::text = 'merge'::text) AND (undone_at IS NULL));
CREATE UNIQUE INDEX message_composed_once ON inbox_message USING btree (ticket_id, user_id, client_uuid) WHERE (client_uuid IS NOT NULL);
CREATE INDEX message_day ON inbox_message USING brin (created_at);
CREATE INDEX message_home ON inbox_message USING btree (home_id, sent_at, id) WHERE (home_id IS NOT NULL);
CREATE INDEX message_latest ON inbox_message USING btree (organization_id, id DESC);
CREATE INDEX message_newer ON inbox_message USING btree (ticket_id, id);
CREATE UNIQUE INDEX message_once ON inbox_message USING btree (channel_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX message_same_words ON inbox_message USING btree (channel_id, fingerprint, created_at) WHERE (fingerprint IS NOT NULL);
CREATE INDEX message_search ON inbox_message USING gin (search);
CREATE INDEX message_thread ON inbox_message USING btree (ticket_id, sent_at, id);
CREATE INDEX message_to_enrich ON inbox_message USING btree (id) WHERE (((direction)::text = 'inbound'::text) AND (enriched_at IS NULL));
CREATE INDEX message_user ON inbox_message USING btree (user_id) WHERE (user_id IS NOT NULL);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON mfa_authenticator USING btree (user_id);
CREATE INDEX notification_list ON inbox_notification USING btree (user_id, id DESC);
CREATE UNIQUE INDEX notification_once_while_unseen ON inbox_notification USING btree (user_id, ticket_id, reason, metric, spike_id, post_id) NULLS NOT DISTINCT WHERE (seen_at IS NULL);
CREATE INDEX notification_to_mail ON inbox_notification USING btree (created_at) WHERE ((mailed_at IS NULL) AND (seen_at IS NULL));
CREATE INDEX notification_unseen ON inbox_notification USING btree (user_id) WHERE (seen_at IS NULL);
CREATE INDEX offer_day ON inbox_offer USING brin (shown_at);
CREATE INDEX offer_version ON inbox_offer USING btree (version_id, id DESC);
CREATE INDEX opening_english ON inbox_opening USING hnsw (english halfvec_ip_ops);
CREATE INDEX opening_organization ON inbox_opening USING btree (organization_id);
CREATE INDEX opening_other ON inbox_opening USING hnsw (other halfvec_ip_ops);
CREATE INDEX opening_to_read ON inbox_opening USING btree (embedder, ticket_id DESC);
CREATE INDEX payload_unprocessed ON inbox_payload USING btree (id) WHERE (processed_at IS NULL);
CREATE INDEX position_library ON brandvoice_position USING btree (organization_id, question, id);
CREATE INDEX position_question_trigrams ON brandvoice_position USING gin (question gin_trgm_ops);
CREATE INDEX position_review ON brandvoice_position USING btree (organization_id, review_on) WHERE (review_on IS NOT NULL);
CREATE INDEX post_calendar ON inbox_post USING btree (organization_id, publish_at, id) WHERE (publish_at IS NOT NULL);
CREATE UNIQUE INDEX post_composed_once ON inbox_post USING btree (organization_id, client_uuid) WHERE (client_uuid IS NOT NULL);
CREATE INDEX post_list ON inbox_post USING btree (organization_id, id DESC);
CREATE UNIQUE INDEX post_variant_published_once ON inbox_postvariant USING btree (channel_id, external_id) WHERE (external_id IS NOT NULL);
CREATE INDEX post_waiting ON inbox_post USING btree (publish_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX privacy_file_due ON inbox_privacyjob USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX privacy_job_due ON inbox_privacyjob USING btree (requested_at) WHERE ((state)::text = ANY (ARRAY[('waiting'::character varying)::text, ('working'::character varying)::text]));
CREATE INDEX privacy_job_newest ON inbox_privacyjob USING btree (organization_id, id DESC);
CREATE UNIQUE INDEX privacy_job_once ON inbox_privacyjob USING btree (contact_id, kind) WHERE ((state)::text = ANY (ARRAY[('waiting'::character varying)::text, ('working'::character varying)::text]));
CREATE INDEX push_done ON inbox_push USING btree (due_at) WHERE (NOT ((state)::text = 'waiting'::text));
CREATE INDEX push_due ON inbox_push USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX question_due ON inbox_question USING btree (organization_id, due_at) WHERE ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('written'::character varying)::text]));
CREATE INDEX question_position ON inbox_question USING btree (position_id) WHERE (position_id IS NOT NULL);
CREATE INDEX repeatable_age ON inbox_repeatable USING btree (created_at);
CREATE UNIQUE INDEX rule_once_per_brand_and_language ON brandvoice_rule USING btree (organization_id, kind, brand_id, language) NULLS NOT DISTINCT WHERE (NOT ((kind)::text = ANY (ARRAY[('pattern'::character varying)::text, ('term.banned'::character varying)::text, ('term.preferred'::character varying)::text, ('topic'::character varying)::text])));
CREATE INDEX rule_run_events ON inbox_rulerun USING btree (ticket_id, first_event);
CREATE INDEX rule_run_latest ON inbox_rulerun USING btree (rule_id, id DESC);
CREATE INDEX sandbox_account_handle_fff6787d_like ON sandbox_account USING btree (handle varchar_pattern_ops);
CREATE INDEX sandbox_account_webhook_path_72c6ef73_like ON sandbox_account USING btree (webhook_path varchar_pattern_ops);
CREATE INDEX sandbox_newest ON sandbox_post USING btree (account_id, created_at DESC);
CREATE INDEX sandbox_post_account_id_a802d9a2 ON sandbox_post USING btree (account_id);
CREATE INDEX sandbox_thread ON sandbox_post USING btree (account_id, thread, created_at);
CREATE INDEX sandbox_untold ON sandbox_post USING btree (tell_at) WHERE (told_at IS NULL);
CREATE UNIQUE INDEX signature_once_per_name ON brandvoice_signature USING btree (COALESCE(on_behalf_of_id, person_id), version_id);
CREATE INDEX span_edit_version ON inbox_spanedit USING btree (version_id, written_at);
CREATE INDEX span_uncompared ON inbox_span USING btree (id) WHERE ((edited IS NULL) AND (message_id IS NOT NULL));
CREATE INDEX span_untaught ON inbox_span USING btree (id) WHERE ((message_id IS NOT NULL) AND (taught_at IS NULL));
CREATE INDEX span_version ON inbox_span USING btree (version_id, id);
CREATE INDEX spike_count_changed ON inbox_spikecount USING btree (brand_id) WHERE ((NOT looked) AND (series = 0));
CREATE INDEX spike_count_old ON inbox_spikecount USING btree ("window");
CREATE INDEX spike_going_on ON inbox_spike USING btree (organization_id) WHERE (ended_at IS NULL);
CREATE INDEX spike_list ON inbox_spike USING btree (organization_id, id DESC);
CREATE INDEX spike_of_brand ON inbox_spike USING btree (brand_id, id DESC);
CREATE UNIQUE INDEX status_name_once ON inbox_namedstatus USING btree (organization_id, lower((name)::text));
CREATE INDEX step_history ON brandvoice_step USING btree (position_id, at, id);
CREATE INDEX survey_due ON inbox_survey USING btree (due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX survey_figures ON inbox_survey USING btree (organization_id, due_at);
CREATE UNIQUE INDEX survey_waits_once ON inbox_survey USING btree (ticket_id) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ticket_backlog ON inbox_ticket USING btree (team_id, priority DESC, waiting_since, id) WHERE ((assignee_id IS NULL) AND awaiting_reply AND ((status)::text = 'open'::text));
CREATE INDEX ticket_brand ON inbox_ticket USING btree (brand_id, status, last_message_at DESC, id DESC);
CREATE INDEX ticket_continued ON inbox_ticket USING btree (continues_in_id) WHERE (continues_in_id IS NOT NULL);
CREATE INDEX ticket_due_soon ON inbox_ticket USING btree (organization_id, due_at, id) WHERE (due_stage > 0);
CREATE INDEX ticket_fields ON inbox_ticket USING gin (fields jsonb_path_ops) WHERE (NOT (fields = '{}'::jsonb));
CREATE INDEX ticket_latest ON inbox_ticket USING btree (organization_id, last_message_at DESC, id DESC);
CREATE INDEX ticket_list ON inbox_ticket USING btree (organization_id, status, last_message_at DESC, id DESC);
CREATE INDEX ticket_merged ON inbox_ticket USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX ticket_mine ON inbox_ticket USING btree (assignee_id, status, last_message_at DESC, id DESC) WHERE (assignee_id IS NOT NULL);
CREATE INDEX ticket_named ON inbox_ticket USING btree (named_status_id) WHERE (named_status_id IS NOT NULL);
CREATE INDEX ticket_rule_order ON inbox_ticketrule USING btree (organization_id, "position", id);
CREATE INDEX ticket_snoozed ON inbox_ticket USING btree (snoozed_until) WHERE ((status)::text = 'snoozed'::text);
CREATE INDEX ticket_spam ON inbox_ticket USING btree (organization_id, last_message_at DESC, id DESC) WHERE is_spam;
CREATE INDEX ticket_subject_search ON inbox_ticket USING gin (to_tsvector('onevoice'::regconfig, (subject)::text)) WHERE ((subject)::text <> ''::text);
CREATE INDEX ticket_team ON inbox_ticket USING btree (team_id, status, last_message_at DESC, id DESC);
CREATE INDEX ticket_thread ON inbox_ticket USING btree (channel_id, thread_key, id DESC);
CREATE UNIQUE INDEX ticket_thread_once_while_unresolved ON inbox_ticket USING btree (channel_id, thread_key) WHERE ((NOT ((status)::text = 'resolved'::text)) AND (continues_in_id IS NULL));
CREATE INDEX ticket_unassigned ON inbox_ticket USING btree (organization_id, last_message_at DESC, id DESC) WHERE ((assignee_id IS NULL) AND ((status)::text = 'open'::text));
CREATE UNIQUE INDEX unique_authenticator_type ON mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY (ARRAY[('totp'::character varying)::text, ('recovery_codes'::character varying)::text]));
CREATE UNIQUE INDEX unique_primary_email ON account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON account_emailaddress USING btree (email) WHERE verified;
CREATE INDEX upload_loose ON inbox_upload USING btree (created_at) WHERE (draft_id IS NULL);
CREATE INDEX usage_position ON brandvoice_usageday USING btree (position_id, day);
CREATE UNIQUE INDEX user_email_once ON accounts_user USING btree (lower((email)::text));
CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON usersessions_usersession USING btree (session_key varchar_pattern_ops);
CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON usersessions_usersession USING btree (user_id);
CREATE INDEX version_by_status ON brandvoice_positionversion USING btree (organization_id, status);
CREATE INDEX version_due ON brandvoice_positionversion USING btree (valid_until) WHERE ((status)::text = 'signed'::text);
CREATE INDEX version_gives_way ON brandvoice_positionversion USING btree (gives_way_at) WHERE ((gives_way_at IS NOT NULL) AND ((status)::text = 'signed'::text));
CREATE UNIQUE INDEX version_open_once ON brandvoice_positionversion USING btree (position_id) WHERE ((status)::text = ANY (ARRAY[('draft'::character varying)::text, ('in_review'::character varying)::text]));
CREATE INDEX version_silent ON brandvoice_positionversion USING btree (organization_id) WHERE (((sensitivity)::text = 'silent'::text) AND ((status)::text = 'signed'::text));
CREATE INDEX webchat_file_line_id_a185ea97 ON webchat_file USING btree (line_id);
CREATE INDEX webchat_line_visitor_id_74e829e0 ON webchat_line USING btree (visitor_id);
CREATE INDEX webchat_visitor_channel_id_34fefe20 ON webchat_visitor USING btree (channel_id);
CREATE TRIGGER keep_as_written BEFORE UPDATE ON brandvoice_guarddecision FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_as_written('by_id', 'key_id');
CREATE TRIGGER keep_as_written BEFORE UPDATE ON brandvoice_ruleversion FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_as_written('changed_by_id');
CREATE TRIGGER keep_file BEFORE UPDATE ON brandvoice_storedfile FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();
CREATE TRIGGER keep_signature BEFORE UPDATE ON brandvoice_signature FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();
CREATE TRIGGER keep_signed_evidence BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_evidence FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_signed_fillin BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_fillin FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_signed_namedperson BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_namedperson FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_signed_position BEFORE UPDATE ON brandvoice_position FOR EACH ROW WHEN ((((old.question)::text IS DISTINCT FROM (new.question)::text) OR (old.brand_id IS DISTINCT FROM new.brand_id) OR (old.organization_id IS DISTINCT FROM new.organization_id))) EXECUTE FUNCTION brandvoice_keep_signed_position();
CREATE TRIGGER keep_signed_signature BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_signature FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_signed_signer BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_signer FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_signed_version BEFORE DELETE OR UPDATE ON brandvoice_positionversion FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_version();
CREATE TRIGGER keep_signed_wording BEFORE INSERT OR DELETE OR UPDATE ON brandvoice_wording FOR EACH ROW EXECUTE FUNCTION brandvoice_keep_signed_wording();
CREATE TRIGGER keep_step BEFORE UPDATE ON brandvoice_step FOR EACH ROW EXECUTE FUNCTION brandvoice_refuse_change();
ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_created_by_id_1b5317c8_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_apikey
    ADD CONSTRAINT accounts_apikey_organization_id_79d80250_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_brand
    ADD CONSTRAINT accounts_brand_organization_id_c7e74008_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_delegation
    ADD CONSTRAINT accounts_delegation_colleague_id_f738e934_fk_accounts_user_id FOREIGN KEY (colleague_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_delegation
    ADD CONSTRAINT accounts_delegation_organization_id_a8b3af77_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_delegation
    ADD CONSTRAINT accounts_delegation_person_id_5f0fb149_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_holiday
    ADD CONSTRAINT accounts_holiday_team_id_280c1f05_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_invitation_teams
    ADD CONSTRAINT accounts_invitation__invitation_id_7c81c8a6_fk_accounts_ FOREIGN KEY (invitation_id) REFERENCES accounts_invitation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_invitation
    ADD CONSTRAINT accounts_invitation_invited_by_id_94a21efc_fk_accounts_user_id FOREIGN KEY (invited_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_invitation
    ADD CONSTRAINT accounts_invitation_organization_id_2be75950_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_invitation_teams
    ADD CONSTRAINT accounts_invitation_teams_team_id_1058958d_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_team_members
    ADD CONSTRAINT accounts_team_members_team_id_4443c9b3_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_team_members
    ADD CONSTRAINT accounts_team_members_user_id_81523d17_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_team
    ADD CONSTRAINT accounts_team_organization_id_bf0a6adc_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_organization_id_d808f5ca_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_shown_brand_id_4c943427_fk_accounts_brand_id FOREIGN KEY (shown_brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_permission_id_113bb443_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_user_user_permissions
    ADD CONSTRAINT accounts_user_user_p_user_id_e4f0a161_fk_accounts_ FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY accounts_workinghours
    ADD CONSTRAINT accounts_workinghours_team_id_d4e40359_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_comment
    ADD CONSTRAINT brandvoice_comment_author_id_508f0be6_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_comment
    ADD CONSTRAINT brandvoice_comment_organization_id_76a22b42_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_comment
    ADD CONSTRAINT brandvoice_comment_version_id_d3ebd5ee_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_contradiction
    ADD CONSTRAINT brandvoice_contradic_left_id_01bae950_fk_brandvoic FOREIGN KEY (left_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_contradiction
    ADD CONSTRAINT brandvoice_contradic_organization_id_70e7db9d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_contradiction
    ADD CONSTRAINT brandvoice_contradic_right_id_0d4715da_fk_brandvoic FOREIGN KEY (right_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_embedding
    ADD CONSTRAINT brandvoice_embedding_example_id_06764882_fk_brandvoic FOREIGN KEY (example_id) REFERENCES brandvoice_example(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_embedding
    ADD CONSTRAINT brandvoice_embedding_organization_id_83fe17c8_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_evidence
    ADD CONSTRAINT brandvoice_evidence_file_id_eaa2f3ee_fk_brandvoic FOREIGN KEY (file_id) REFERENCES brandvoice_storedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_evidence
    ADD CONSTRAINT brandvoice_evidence_organization_id_1e81685b_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_evidence
    ADD CONSTRAINT brandvoice_evidence_version_id_2d866108_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_example
    ADD CONSTRAINT brandvoice_example_created_by_id_a46f805b_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_example
    ADD CONSTRAINT brandvoice_example_organization_id_496f584f_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_example
    ADD CONSTRAINT brandvoice_example_position_id_f3d39693_fk_brandvoic FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_fillin
    ADD CONSTRAINT brandvoice_fillin_organization_id_0ab24498_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_fillin
    ADD CONSTRAINT brandvoice_fillin_version_id_f509ad09_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_habit
    ADD CONSTRAINT brandvoice_habit_organization_id_f9b54be7_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_habit
    ADD CONSTRAINT brandvoice_habit_position_id_0ab15c4f_fk_brandvoice_position_id FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_habit
    ADD CONSTRAINT brandvoice_habit_version_id_a0123777_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_learnedhead
    ADD CONSTRAINT brandvoice_learnedhe_organization_id_f5586407_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_library
    ADD CONSTRAINT brandvoice_library_organization_id_81a9e909_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_namedperson
    ADD CONSTRAINT brandvoice_namedpers_organization_id_ddd00a98_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_namedperson
    ADD CONSTRAINT brandvoice_namedpers_version_id_cd880d63_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_namedperson
    ADD CONSTRAINT brandvoice_namedperson_person_id_7f36a354_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_position
    ADD CONSTRAINT brandvoice_position_brand_id_325a19da_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_position
    ADD CONSTRAINT brandvoice_position_organization_id_25ab70c7_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_position
    ADD CONSTRAINT brandvoice_position_owner_id_899dc598_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_created_by_id_104873ff_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_organization_id_9d87ca30_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_position_id_d31570ab_fk_brandvoic FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_signed_by_id_0ca53ce5_fk_accounts_ FOREIGN KEY (signed_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_signed_for_id_bd6bce0e_fk_accounts_ FOREIGN KEY (signed_for_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_submitted_by_id_71e1b5ee_fk_accounts_ FOREIGN KEY (submitted_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_positionversion
    ADD CONSTRAINT brandvoice_positionv_withdrawn_by_id_89973987_fk_accounts_ FOREIGN KEY (withdrawn_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_rule
    ADD CONSTRAINT brandvoice_rule_brand_id_e2d6c170_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_rule
    ADD CONSTRAINT brandvoice_rule_changed_by_id_77fbfbef_fk_accounts_user_id FOREIGN KEY (changed_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_rule
    ADD CONSTRAINT brandvoice_rule_organization_id_1accd41d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_rulerevision
    ADD CONSTRAINT brandvoice_rulerevis_organization_id_f1a35c9d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT brandvoice_ruleversi_changed_by_id_fa9eed04_fk_accounts_ FOREIGN KEY (changed_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT brandvoice_ruleversi_organization_id_e6dec9e6_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT brandvoice_ruleversion_brand_id_92fa0962_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_ruleversion
    ADD CONSTRAINT brandvoice_ruleversion_rule_id_6027bceb_fk_brandvoice_rule_id FOREIGN KEY (rule_id) REFERENCES brandvoice_rule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signature
    ADD CONSTRAINT brandvoice_signature_on_behalf_of_id_c5033240_fk_accounts_ FOREIGN KEY (on_behalf_of_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signature
    ADD CONSTRAINT brandvoice_signature_organization_id_3a3dc745_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signature
    ADD CONSTRAINT brandvoice_signature_person_id_0ebaa16b_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signature
    ADD CONSTRAINT brandvoice_signature_version_id_8477aa7a_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signer
    ADD CONSTRAINT brandvoice_signer_organization_id_7ac1b304_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signer
    ADD CONSTRAINT brandvoice_signer_person_id_680f7f28_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_signer
    ADD CONSTRAINT brandvoice_signer_version_id_aaa34cc3_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_by_id_fe1cfa87_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_on_behalf_of_id_94aa14b2_fk_accounts_user_id FOREIGN KEY (on_behalf_of_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_organization_id_0f3828a3_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_position_id_6b4f57be_fk_brandvoice_position_id FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_step
    ADD CONSTRAINT brandvoice_step_version_id_c5430ba9_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_storedfile
    ADD CONSTRAINT brandvoice_storedfil_created_by_id_aa8668a1_fk_accounts_ FOREIGN KEY (created_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_storedfile
    ADD CONSTRAINT brandvoice_storedfil_organization_id_76f8803c_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT brandvoice_usageday_brand_id_130cf13c_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT brandvoice_usageday_organization_id_ec4188f6_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT brandvoice_usageday_position_id_2dba8f31_fk_brandvoic FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_usageday
    ADD CONSTRAINT brandvoice_usageday_version_id_625fad75_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_wording
    ADD CONSTRAINT brandvoice_wording_media_id_33c68eee_fk_brandvoic FOREIGN KEY (media_id) REFERENCES brandvoice_storedfile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_wording
    ADD CONSTRAINT brandvoice_wording_organization_id_03c0e4c0_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY brandvoice_wording
    ADD CONSTRAINT brandvoice_wording_version_id_2e5e6c51_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_acknowledgement
    ADD CONSTRAINT inbox_acknowledgemen_organization_id_216200c0_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_acknowledgement
    ADD CONSTRAINT inbox_acknowledgement_incident_id_45c21663_fk_inbox_incident_id FOREIGN KEY (incident_id) REFERENCES inbox_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_acknowledgement
    ADD CONSTRAINT inbox_acknowledgement_user_id_9cba7f62_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_asked_by_id_402d1b6e_fk_accounts_user_id FOREIGN KEY (asked_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_message_id_ac539853_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_organization_id_972ec20c_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_policy_id_0e83e62e_fk_inbox_approvalpolicy_id FOREIGN KEY (policy_id) REFERENCES inbox_approvalpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_post_id_d83daee7_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approval
    ADD CONSTRAINT inbox_approval_settled_by_id_d2b76cbd_fk_accounts_user_id FOREIGN KEY (settled_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalpolicy_channels
    ADD CONSTRAINT inbox_approvalpolicy_approvalpolicy_id_4352a2b3_fk_inbox_app FOREIGN KEY (approvalpolicy_id) REFERENCES inbox_approvalpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalpolicy_brands
    ADD CONSTRAINT inbox_approvalpolicy_approvalpolicy_id_aee3bb77_fk_inbox_app FOREIGN KEY (approvalpolicy_id) REFERENCES inbox_approvalpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalpolicy_brands
    ADD CONSTRAINT inbox_approvalpolicy_brand_id_8aed9275_fk_accounts_ FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalpolicy_channels
    ADD CONSTRAINT inbox_approvalpolicy_channel_id_fe734e45_fk_inbox_cha FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalpolicy
    ADD CONSTRAINT inbox_approvalpolicy_organization_id_29c40ea4_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalstep_people
    ADD CONSTRAINT inbox_approvalstep_p_approvalstep_id_21a401ef_fk_inbox_app FOREIGN KEY (approvalstep_id) REFERENCES inbox_approvalstep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalstep_people
    ADD CONSTRAINT inbox_approvalstep_people_user_id_58e2d49e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalstep
    ADD CONSTRAINT inbox_approvalstep_policy_id_fdfe29ba_fk_inbox_app FOREIGN KEY (policy_id) REFERENCES inbox_approvalpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalstep_teams
    ADD CONSTRAINT inbox_approvalstep_t_approvalstep_id_444f3b14_fk_inbox_app FOREIGN KEY (approvalstep_id) REFERENCES inbox_approvalstep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_approvalstep_teams
    ADD CONSTRAINT inbox_approvalstep_teams_team_id_0e55fcbd_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_assignmentpolicy
    ADD CONSTRAINT inbox_assignmentpoli_organization_id_322f5e49_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_assignmentpolicy
    ADD CONSTRAINT inbox_assignmentpolicy_team_id_bbad1fe0_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_attachment
    ADD CONSTRAINT inbox_attachment_message_id_353f98ff_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_attachment
    ADD CONSTRAINT inbox_attachment_organization_id_21cf6018_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_attempt
    ADD CONSTRAINT inbox_attempt_delivery_id_ac8eb3fd_fk_inbox_delivery_id FOREIGN KEY (delivery_id) REFERENCES inbox_delivery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_attendance
    ADD CONSTRAINT inbox_attendance_organization_id_cf6723ad_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_attendance
    ADD CONSTRAINT inbox_attendance_user_id_89251b30_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_block
    ADD CONSTRAINT inbox_block_by_id_25dc7953_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_block
    ADD CONSTRAINT inbox_block_identity_id_3c5182f0_fk_inbox_identity_id FOREIGN KEY (identity_id) REFERENCES inbox_identity(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_block
    ADD CONSTRAINT inbox_block_lifted_by_id_b7dfc064_fk_accounts_user_id FOREIGN KEY (lifted_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_block
    ADD CONSTRAINT inbox_block_organization_id_a00e8f58_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_briefingread
    ADD CONSTRAINT inbox_briefingread_organization_id_c767ee5a_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_briefingread
    ADD CONSTRAINT inbox_briefingread_user_id_d9cf7348_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_call
    ADD CONSTRAINT inbox_call_delivery_id_af503b59_fk_inbox_delivery_id FOREIGN KEY (delivery_id) REFERENCES inbox_delivery(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_call
    ADD CONSTRAINT inbox_call_endpoint_id_7c3192be_fk_inbox_endpoint_id FOREIGN KEY (endpoint_id) REFERENCES inbox_endpoint(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_call
    ADD CONSTRAINT inbox_call_organization_id_28ec92f6_fk_accounts_organization_id FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_capacity
    ADD CONSTRAINT inbox_capacity_policy_id_c836a5ea_fk_inbox_assignmentpolicy_id FOREIGN KEY (policy_id) REFERENCES inbox_assignmentpolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_capacity
    ADD CONSTRAINT inbox_capacity_user_id_486d06bd_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channel
    ADD CONSTRAINT inbox_channel_brand_id_a946f497_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channel
    ADD CONSTRAINT inbox_channel_organization_id_b09efbb4_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channel
    ADD CONSTRAINT inbox_channel_team_id_4f9ce226_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channelaccess
    ADD CONSTRAINT inbox_channelaccess_channel_id_c77659f3_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channelkey
    ADD CONSTRAINT inbox_channelkey_channel_id_db8048c1_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channelkey
    ADD CONSTRAINT inbox_channelkey_key_id_ae775ab1_fk_accounts_apikey_id FOREIGN KEY (key_id) REFERENCES accounts_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_channeluse
    ADD CONSTRAINT inbox_channeluse_channel_id_7b3c0a05_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_cluster
    ADD CONSTRAINT inbox_cluster_brand_id_089dcbee_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_cluster
    ADD CONSTRAINT inbox_cluster_organization_id_4190b9e8_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_cluster
    ADD CONSTRAINT inbox_cluster_position_id_8fa0b16e_fk_brandvoice_position_id FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contact
    ADD CONSTRAINT inbox_contact_merged_into_id_83804c7d_fk_inbox_contact_id FOREIGN KEY (merged_into_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_gone_id_a4780e69_fk_inbox_contact_id FOREIGN KEY (gone_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_kept_id_d2d7ae2b_fk_inbox_contact_id FOREIGN KEY (kept_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_merged_by_id_7cefc4b5_fk_accounts_user_id FOREIGN KEY (merged_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_organization_id_920951a0_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_contactmerge
    ADD CONSTRAINT inbox_contactmerge_undone_by_id_088cdcd1_fk_accounts_user_id FOREIGN KEY (undone_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_asked_by_id_595a5361_fk_accounts_user_id FOREIGN KEY (asked_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_message_id_193abc75_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_organization_id_49de8e3d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_ticket_id_92337264_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_correction
    ADD CONSTRAINT inbox_correction_version_id_625410cc_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_coverageday
    ADD CONSTRAINT inbox_coverageday_brand_id_1b276777_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_coverageday
    ADD CONSTRAINT inbox_coverageday_organization_id_734e4c65_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_cursor
    ADD CONSTRAINT inbox_cursor_channel_id_12ecf60a_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customerconsent
    ADD CONSTRAINT inbox_customerconsen_organization_id_a58d8432_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customerconsent
    ADD CONSTRAINT inbox_customerconsen_recorded_by_id_579100a0_fk_accounts_ FOREIGN KEY (recorded_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customerconsent
    ADD CONSTRAINT inbox_customerconsen_withdrawn_by_id_ff03c3a0_fk_accounts_ FOREIGN KEY (withdrawn_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customerconsent
    ADD CONSTRAINT inbox_customerconsent_contact_id_ddf0de60_fk_inbox_contact_id FOREIGN KEY (contact_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customernote
    ADD CONSTRAINT inbox_customernote_contact_id_eb841196_fk_inbox_contact_id FOREIGN KEY (contact_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customernote
    ADD CONSTRAINT inbox_customernote_organization_id_378d3c4b_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customernote
    ADD CONSTRAINT inbox_customernote_user_id_7b3f63d4_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_customfield
    ADD CONSTRAINT inbox_customfield_organization_id_752f0faa_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_channel_id_4ebb2c94_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_message_id_fc448b53_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_organization_id_d783071b_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_ticket_id_0b752d9b_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_delivery
    ADD CONSTRAINT inbox_delivery_variant_id_d9cbae03_fk_inbox_postvariant_id FOREIGN KEY (variant_id) REFERENCES inbox_postvariant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_draft
    ADD CONSTRAINT inbox_draft_organization_id_2707bef9_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_draft
    ADD CONSTRAINT inbox_draft_ticket_id_5ff7e3f4_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_draft
    ADD CONSTRAINT inbox_draft_user_id_6f097661_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_draftversion
    ADD CONSTRAINT inbox_draftversion_draft_id_45623924_fk_inbox_draft_id FOREIGN KEY (draft_id) REFERENCES inbox_draft(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_endpoint
    ADD CONSTRAINT inbox_endpoint_channel_id_74037aa9_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_endpoint
    ADD CONSTRAINT inbox_endpoint_created_by_id_d5657318_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_endpoint
    ADD CONSTRAINT inbox_endpoint_organization_id_e9afcaac_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_event
    ADD CONSTRAINT inbox_event_actor_id_c8e67497_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_follower
    ADD CONSTRAINT inbox_follower_organization_id_bfdfea00_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_follower
    ADD CONSTRAINT inbox_follower_ticket_id_d086f340_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_follower
    ADD CONSTRAINT inbox_follower_user_id_dbc1b4de_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_identity
    ADD CONSTRAINT inbox_identity_contact_id_50f61d71_fk_inbox_contact_id FOREIGN KEY (contact_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_brand_id_a29f3a65_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_declared_by_id_55d7e123_fk_accounts_user_id FOREIGN KEY (declared_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_declared_with_id_8029b351_fk_accounts_apikey_id FOREIGN KEY (declared_with_id) REFERENCES accounts_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_ended_by_id_5c743e11_fk_accounts_user_id FOREIGN KEY (ended_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_ended_with_id_e2621750_fk_accounts_apikey_id FOREIGN KEY (ended_with_id) REFERENCES accounts_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_holding_id_66ace0c4_fk_brandvoice_position_id FOREIGN KEY (holding_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_level_id_66089c30_fk_inbox_incidentlevel_id FOREIGN KEY (level_id) REFERENCES inbox_incidentlevel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incident
    ADD CONSTRAINT inbox_incident_organization_id_c441442f_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentlevel_approvers
    ADD CONSTRAINT inbox_incidentlevel__incidentlevel_id_6a2e74c3_fk_inbox_inc FOREIGN KEY (incidentlevel_id) REFERENCES inbox_incidentlevel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentlevel_approvers
    ADD CONSTRAINT inbox_incidentlevel__user_id_a00b253b_fk_accounts_ FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentlevel
    ADD CONSTRAINT inbox_incidentlevel_organization_id_93430f17_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentlevel
    ADD CONSTRAINT inbox_incidentlevel_policy_id_54152a85_fk_inbox_slapolicy_id FOREIGN KEY (policy_id) REFERENCES inbox_slapolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentlevel
    ADD CONSTRAINT inbox_incidentlevel_team_id_4dad5e09_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentticket
    ADD CONSTRAINT inbox_incidentticket_incident_id_3cc5515f_fk_inbox_incident_id FOREIGN KEY (incident_id) REFERENCES inbox_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentticket
    ADD CONSTRAINT inbox_incidentticket_organization_id_1379b582_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_incidentticket
    ADD CONSTRAINT inbox_incidentticket_ticket_id_7b698f57_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_label
    ADD CONSTRAINT inbox_label_organization_id_e798c7e2_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_lesson
    ADD CONSTRAINT inbox_lesson_message_id_65df2f72_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_lesson
    ADD CONSTRAINT inbox_lesson_user_id_c77dfb7e_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_macro
    ADD CONSTRAINT inbox_macro_organization_id_3f1053db_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_macro
    ADD CONSTRAINT inbox_macro_owner_id_25aac503_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_macro
    ADD CONSTRAINT inbox_macro_team_id_9ce4aec0_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_message
    ADD CONSTRAINT inbox_message_home_id_6112ec75_fk_inbox_ticket_id FOREIGN KEY (home_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_message
    ADD CONSTRAINT inbox_message_identity_id_d90577eb_fk_inbox_identity_id FOREIGN KEY (identity_id) REFERENCES inbox_identity(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_message
    ADD CONSTRAINT inbox_message_ticket_id_10dbe3f6_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_message
    ADD CONSTRAINT inbox_message_user_id_bba642aa_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_messagetemplate
    ADD CONSTRAINT inbox_messagetemplat_organization_id_d54b3814_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_messagetemplate
    ADD CONSTRAINT inbox_messagetemplate_channel_id_2de90470_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_movedmessage
    ADD CONSTRAINT inbox_movedmessage_home_id_cd3975ec_fk_inbox_ticket_id FOREIGN KEY (home_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_movedmessage
    ADD CONSTRAINT inbox_movedmessage_message_id_20796248_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_movedmessage
    ADD CONSTRAINT inbox_movedmessage_regrouping_id_23146c2e_fk_inbox_reg FOREIGN KEY (regrouping_id) REFERENCES inbox_regrouping(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_namedstatus
    ADD CONSTRAINT inbox_namedstatus_organization_id_a02d286c_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_actor_id_32ffbc9a_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_organization_id_8c931966_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_post_id_c54566a5_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_spike_id_ba94221b_fk_inbox_spike_id FOREIGN KEY (spike_id) REFERENCES inbox_spike(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_ticket_id_2f478720_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notification
    ADD CONSTRAINT inbox_notification_user_id_346c436b_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notificationchoice
    ADD CONSTRAINT inbox_notificationch_organization_id_93f64970_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_notificationchoice
    ADD CONSTRAINT inbox_notificationchoice_user_id_eb97a49f_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_objective
    ADD CONSTRAINT inbox_objective_brand_id_04fe585a_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_objective
    ADD CONSTRAINT inbox_objective_organization_id_7a4004ed_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_message_id_c4fcc067_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_reply_id_c345b613_fk_inbox_message_id FOREIGN KEY (reply_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_ticket_id_ea201bfd_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_user_id_6c338e74_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_version_id_b9b517d2_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_offer
    ADD CONSTRAINT inbox_offer_wording_id_da514075_fk_brandvoice_wording_id FOREIGN KEY (wording_id) REFERENCES brandvoice_wording(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_opening
    ADD CONSTRAINT inbox_opening_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_payload
    ADD CONSTRAINT inbox_payload_channel_id_07405afe_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_payload
    ADD CONSTRAINT inbox_payload_organization_id_3e28e104_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_post
    ADD CONSTRAINT inbox_post_author_id_d15b638b_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_post
    ADD CONSTRAINT inbox_post_objective_id_30e6ea21_fk_inbox_objective_id FOREIGN KEY (objective_id) REFERENCES inbox_objective(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_post
    ADD CONSTRAINT inbox_post_organization_id_daa097d5_fk_accounts_organization_id FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT inbox_postanswer_organization_id_9e91d516_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT inbox_postanswer_ticket_id_342fb1ca_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postanswer
    ADD CONSTRAINT inbox_postanswer_variant_id_6c3bdf56_fk_inbox_postvariant_id FOREIGN KEY (variant_id) REFERENCES inbox_postvariant(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postfile
    ADD CONSTRAINT inbox_postfile_organization_id_346746cb_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postfile
    ADD CONSTRAINT inbox_postfile_post_id_909566f7_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postspan
    ADD CONSTRAINT inbox_postspan_organization_id_4034d512_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postspan
    ADD CONSTRAINT inbox_postspan_post_id_dbf4a3aa_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postspan
    ADD CONSTRAINT inbox_postspan_version_id_a3615ee9_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postspan
    ADD CONSTRAINT inbox_postspan_wording_id_26ddae48_fk_brandvoice_wording_id FOREIGN KEY (wording_id) REFERENCES brandvoice_wording(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postvariant
    ADD CONSTRAINT inbox_postvariant_channel_id_e44a90bb_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postvariant
    ADD CONSTRAINT inbox_postvariant_organization_id_bb50d498_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postvariant
    ADD CONSTRAINT inbox_postvariant_post_id_c4aef4ce_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postversion
    ADD CONSTRAINT inbox_postversion_by_id_949d4269_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postversion
    ADD CONSTRAINT inbox_postversion_organization_id_0d1c6114_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_postversion
    ADD CONSTRAINT inbox_postversion_post_id_1d57ca07_fk_inbox_post_id FOREIGN KEY (post_id) REFERENCES inbox_post(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_privacyjob
    ADD CONSTRAINT inbox_privacyjob_contact_id_ae27d28b_fk_inbox_contact_id FOREIGN KEY (contact_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_privacyjob
    ADD CONSTRAINT inbox_privacyjob_organization_id_e7c13617_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_privacyjob
    ADD CONSTRAINT inbox_privacyjob_requested_by_id_305d788a_fk_accounts_user_id FOREIGN KEY (requested_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_purpose
    ADD CONSTRAINT inbox_purpose_objective_id_ccb22e5e_fk_inbox_objective_id FOREIGN KEY (objective_id) REFERENCES inbox_objective(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_purpose
    ADD CONSTRAINT inbox_purpose_organization_id_532ecd9d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_push
    ADD CONSTRAINT inbox_push_browser_id_133c3c65_fk_inbox_pushbrowser_id FOREIGN KEY (browser_id) REFERENCES inbox_pushbrowser(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_push
    ADD CONSTRAINT inbox_push_notification_id_af5b013f_fk_inbox_notification_id FOREIGN KEY (notification_id) REFERENCES inbox_notification(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_pushbrowser
    ADD CONSTRAINT inbox_pushbrowser_organization_id_d570e6bb_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_pushbrowser
    ADD CONSTRAINT inbox_pushbrowser_user_id_fa298c53_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_asked_by_id_f073a52d_fk_accounts_user_id FOREIGN KEY (asked_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_brand_id_d5fb55ed_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_organization_id_84ad3a87_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_owner_id_c5ee4b1e_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_position_id_c551f883_fk_brandvoice_position_id FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_question
    ADD CONSTRAINT inbox_question_settled_by_id_2174e5b1_fk_accounts_user_id FOREIGN KEY (settled_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rawmessage
    ADD CONSTRAINT inbox_rawmessage_message_id_8b3ff177_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_recentsearch
    ADD CONSTRAINT inbox_recentsearch_user_id_b38b99be_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_recount
    ADD CONSTRAINT inbox_recount_organization_id_e2ae84ca_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_regrouping
    ADD CONSTRAINT inbox_regrouping_by_id_46305e60_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_regrouping
    ADD CONSTRAINT inbox_regrouping_organization_id_d4aed723_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_regrouping
    ADD CONSTRAINT inbox_regrouping_source_id_b04bf0a2_fk_inbox_ticket_id FOREIGN KEY (source_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_regrouping
    ADD CONSTRAINT inbox_regrouping_target_id_871a1931_fk_inbox_ticket_id FOREIGN KEY (target_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT inbox_repeatable_key_id_fafac74e_fk_accounts_apikey_id FOREIGN KEY (key_id) REFERENCES accounts_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT inbox_repeatable_message_id_4de0a80d_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_repeatable
    ADD CONSTRAINT inbox_repeatable_organization_id_7f375619_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_replychange
    ADD CONSTRAINT inbox_replychange_by_id_3d09992e_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_replychange
    ADD CONSTRAINT inbox_replychange_message_id_2a3ac75e_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_replychange
    ADD CONSTRAINT inbox_replychange_organization_id_7e60162d_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_revision
    ADD CONSTRAINT inbox_revision_message_id_0f263a49_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rollupday
    ADD CONSTRAINT inbox_rollupday_brand_id_96706909_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rollupday
    ADD CONSTRAINT inbox_rollupday_organization_id_6918dfed_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rolluphour
    ADD CONSTRAINT inbox_rolluphour_brand_id_61589bd6_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rolluphour
    ADD CONSTRAINT inbox_rolluphour_organization_id_d1afc2e9_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rollupmonth
    ADD CONSTRAINT inbox_rollupmonth_brand_id_c0bcd181_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rollupmonth
    ADD CONSTRAINT inbox_rollupmonth_organization_id_af47f171_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rulejob
    ADD CONSTRAINT inbox_rulejob_organization_id_234ab631_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rulejob
    ADD CONSTRAINT inbox_rulejob_ticket_id_04635bfd_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rulerun
    ADD CONSTRAINT inbox_rulerun_organization_id_0197b021_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rulerun
    ADD CONSTRAINT inbox_rulerun_rule_id_5bdff1dc_fk_inbox_ticketrule_id FOREIGN KEY (rule_id) REFERENCES inbox_ticketrule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_rulerun
    ADD CONSTRAINT inbox_rulerun_ticket_id_3c49a653_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ruletimer
    ADD CONSTRAINT inbox_ruletimer_organization_id_0bea04e4_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ruletimer
    ADD CONSTRAINT inbox_ruletimer_rule_id_ab856ab1_fk_inbox_ticketrule_id FOREIGN KEY (rule_id) REFERENCES inbox_ticketrule(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ruletimer
    ADD CONSTRAINT inbox_ruletimer_ticket_id_12a5edce_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_savedreport
    ADD CONSTRAINT inbox_savedreport_organization_id_a34fb9d5_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_savedreport
    ADD CONSTRAINT inbox_savedreport_owner_id_46421b91_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_savedview
    ADD CONSTRAINT inbox_savedview_organization_id_f966b1cb_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_savedview
    ADD CONSTRAINT inbox_savedview_owner_id_3a5eeffa_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_savedview
    ADD CONSTRAINT inbox_savedview_team_id_0f545ca5_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_sight
    ADD CONSTRAINT inbox_sight_message_id_ee2e8177_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_sight
    ADD CONSTRAINT inbox_sight_user_id_a49e26ad_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT inbox_signoff_approval_id_c89ef7f9_fk_inbox_approval_id FOREIGN KEY (approval_id) REFERENCES inbox_approval(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT inbox_signoff_organization_id_ff8ac178_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT inbox_signoff_person_id_83eb751c_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_signoff
    ADD CONSTRAINT inbox_signoff_user_id_06e5d607_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_brands
    ADD CONSTRAINT inbox_skill_brands_brand_id_910e3a12_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_brands
    ADD CONSTRAINT inbox_skill_brands_skill_id_6d0051f7_fk_inbox_skill_id FOREIGN KEY (skill_id) REFERENCES inbox_skill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_labels
    ADD CONSTRAINT inbox_skill_labels_label_id_81843fd0_fk_inbox_label_id FOREIGN KEY (label_id) REFERENCES inbox_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_labels
    ADD CONSTRAINT inbox_skill_labels_skill_id_bc07c30e_fk_inbox_skill_id FOREIGN KEY (skill_id) REFERENCES inbox_skill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill
    ADD CONSTRAINT inbox_skill_organization_id_4ee4237e_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_people
    ADD CONSTRAINT inbox_skill_people_skill_id_ca038eac_fk_inbox_skill_id FOREIGN KEY (skill_id) REFERENCES inbox_skill(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_skill_people
    ADD CONSTRAINT inbox_skill_people_user_id_87477024_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_brands
    ADD CONSTRAINT inbox_slapolicy_bran_slapolicy_id_7c217dd3_fk_inbox_sla FOREIGN KEY (slapolicy_id) REFERENCES inbox_slapolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_brands
    ADD CONSTRAINT inbox_slapolicy_brands_brand_id_74ed27f5_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_channels
    ADD CONSTRAINT inbox_slapolicy_chan_channel_id_97e5e2ac_fk_inbox_cha FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_channels
    ADD CONSTRAINT inbox_slapolicy_chan_slapolicy_id_57a8ef96_fk_inbox_sla FOREIGN KEY (slapolicy_id) REFERENCES inbox_slapolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy
    ADD CONSTRAINT inbox_slapolicy_organization_id_3df96f4f_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_teams
    ADD CONSTRAINT inbox_slapolicy_team_slapolicy_id_245ac8db_fk_inbox_sla FOREIGN KEY (slapolicy_id) REFERENCES inbox_slapolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slapolicy_teams
    ADD CONSTRAINT inbox_slapolicy_teams_team_id_174668f4_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_slatarget
    ADD CONSTRAINT inbox_slatarget_policy_id_080aa400_fk_inbox_slapolicy_id FOREIGN KEY (policy_id) REFERENCES inbox_slapolicy(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_draft_id_68e52aa0_fk_inbox_draft_id FOREIGN KEY (draft_id) REFERENCES inbox_draft(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_message_id_6e59ce9c_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_organization_id_fd9972bd_fk_accounts_organization_id FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_version_id_f312108d_fk_brandvoice_positionversion_id FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_span
    ADD CONSTRAINT inbox_span_wording_id_9509dee8_fk_brandvoice_wording_id FOREIGN KEY (wording_id) REFERENCES brandvoice_wording(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spanedit
    ADD CONSTRAINT inbox_spanedit_organization_id_9fa325d1_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spanedit
    ADD CONSTRAINT inbox_spanedit_span_id_d8d972f5_fk_inbox_span_id FOREIGN KEY (span_id) REFERENCES inbox_span(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spanedit
    ADD CONSTRAINT inbox_spanedit_version_id_9a15f677_fk_brandvoic FOREIGN KEY (version_id) REFERENCES brandvoice_positionversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_brand_id_6843411f_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_channel_id_7bca176b_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_dismissed_by_id_ddd49fac_fk_accounts_user_id FOREIGN KEY (dismissed_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_incident_id_49947421_fk_inbox_incident_id FOREIGN KEY (incident_id) REFERENCES inbox_incident(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_organization_id_ca442bf3_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_position_id_a2b65734_fk_brandvoice_position_id FOREIGN KEY (position_id) REFERENCES brandvoice_position(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spike
    ADD CONSTRAINT inbox_spike_question_id_97b709bb_fk_inbox_question_id FOREIGN KEY (question_id) REFERENCES inbox_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikecount
    ADD CONSTRAINT inbox_spikecount_brand_id_581971a3_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikecount
    ADD CONSTRAINT inbox_spikecount_organization_id_4e26d566_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikemessage
    ADD CONSTRAINT inbox_spikemessage_message_id_097379cb_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikemessage
    ADD CONSTRAINT inbox_spikemessage_organization_id_c40688ca_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikemessage
    ADD CONSTRAINT inbox_spikemessage_spike_id_a4cb31aa_fk_inbox_spike_id FOREIGN KEY (spike_id) REFERENCES inbox_spike(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikeword
    ADD CONSTRAINT inbox_spikeword_brand_id_30642da4_fk_accounts_brand_id FOREIGN KEY (brand_id) REFERENCES accounts_brand(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_spikeword
    ADD CONSTRAINT inbox_spikeword_organization_id_c4c86718_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_channel_id_a8d9296c_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_message_id_f41d09e4_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_organization_id_45aece23_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_person_id_babf3d66_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_team_id_4bf93a8f_fk_accounts_team_id FOREIGN KEY (team_id) REFERENCES accounts_team(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_survey
    ADD CONSTRAINT inbox_survey_ticket_id_4623d8bc_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_surveypolicy
    ADD CONSTRAINT inbox_surveypolicy_channel_id_d54668a0_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_surveypolicy
    ADD CONSTRAINT inbox_surveypolicy_organization_id_b0af5fe9_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_assignee_id_0e6f9ef7_fk_accounts_user_id FOREIGN KEY (assignee_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_contact_id_fb5106f0_fk_inbox_contact_id FOREIGN KEY (contact_id) REFERENCES inbox_contact(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_continues_in_id_a7b45748_fk_inbox_ticket_id FOREIGN KEY (continues_in_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_identity_id_055abf3d_fk_inbox_identity_id FOREIGN KEY (identity_id) REFERENCES inbox_identity(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket_labels
    ADD CONSTRAINT inbox_ticket_labels_label_id_55d1d6a8_fk_inbox_label_id FOREIGN KEY (label_id) REFERENCES inbox_label(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket_labels
    ADD CONSTRAINT inbox_ticket_labels_ticket_id_d6e2837a_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_merged_into_id_6c2970c8_fk_inbox_ticket_id FOREIGN KEY (merged_into_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticket
    ADD CONSTRAINT inbox_ticket_named_status_id_e94ce637_fk_inbox_namedstatus_id FOREIGN KEY (named_status_id) REFERENCES inbox_namedstatus(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketclock
    ADD CONSTRAINT inbox_ticketclock_ticket_id_6f173533_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketcounter
    ADD CONSTRAINT inbox_ticketcounter_organization_id_b4ecb358_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT inbox_ticketlink_by_id_23409c37_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT inbox_ticketlink_organization_id_89df2791_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT inbox_ticketlink_other_id_ebf9b8a1_fk_inbox_ticket_id FOREIGN KEY (other_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketlink
    ADD CONSTRAINT inbox_ticketlink_ticket_id_bfe70ec8_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketrule
    ADD CONSTRAINT inbox_ticketrule_author_id_1d079588_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_ticketrule
    ADD CONSTRAINT inbox_ticketrule_organization_id_09242f4b_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_translation
    ADD CONSTRAINT inbox_translation_message_id_0abb97ee_fk_inbox_message_id FOREIGN KEY (message_id) REFERENCES inbox_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_upload
    ADD CONSTRAINT inbox_upload_draft_id_efb50985_fk_inbox_draft_id FOREIGN KEY (draft_id) REFERENCES inbox_draft(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_upload
    ADD CONSTRAINT inbox_upload_key_id_e3aa949e_fk_accounts_apikey_id FOREIGN KEY (key_id) REFERENCES accounts_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_upload
    ADD CONSTRAINT inbox_upload_organization_id_925768d0_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_upload
    ADD CONSTRAINT inbox_upload_ticket_id_4862b19e_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_viewcount
    ADD CONSTRAINT inbox_viewcount_view_id_d629f529_fk_inbox_savedview_id FOREIGN KEY (view_id) REFERENCES inbox_savedview(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_viewmember
    ADD CONSTRAINT inbox_viewmember_ticket_id_bb24f699_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_viewmember
    ADD CONSTRAINT inbox_viewmember_view_id_e9957fe8_fk_inbox_savedview_id FOREIGN KEY (view_id) REFERENCES inbox_savedview(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT inbox_waitingticket_asked_by_id_42adf093_fk_accounts_user_id FOREIGN KEY (asked_by_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT inbox_waitingticket_organization_id_dfa72531_fk_accounts_ FOREIGN KEY (organization_id) REFERENCES accounts_organization(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT inbox_waitingticket_question_id_51844de7_fk_inbox_question_id FOREIGN KEY (question_id) REFERENCES inbox_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY inbox_waitingticket
    ADD CONSTRAINT inbox_waitingticket_ticket_id_fdb8e452_fk_inbox_ticket_id FOREIGN KEY (ticket_id) REFERENCES inbox_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY sandbox_post
    ADD CONSTRAINT sandbox_post_account_id_a802d9a2_fk_sandbox_account_id FOREIGN KEY (account_id) REFERENCES sandbox_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY webchat_file
    ADD CONSTRAINT webchat_file_line_id_a185ea97_fk_webchat_line_id FOREIGN KEY (line_id) REFERENCES webchat_line(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY webchat_line
    ADD CONSTRAINT webchat_line_visitor_id_74e829e0_fk_webchat_visitor_id FOREIGN KEY (visitor_id) REFERENCES webchat_visitor(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY webchat_visitor
    ADD CONSTRAINT webchat_visitor_channel_id_34fefe20_fk_inbox_channel_id FOREIGN KEY (channel_id) REFERENCES inbox_channel(id) DEFERRABLE INITIALLY DEFERRED;
