CREATE TABLE public.caught (
    realm character varying NOT NULL,
    message_id character varying NOT NULL
);
CREATE TABLE public.certificates (
    realm character varying NOT NULL,
    fingerprint character varying NOT NULL,
    subscriber_number character varying,
    revoked boolean NOT NULL,
    certificate_pem bytea NOT NULL,
    key_pem bytea NOT NULL
);
CREATE TABLE public.delivery_rules (
    realm character varying NOT NULL,
    "position" integer NOT NULL,
    "to" character varying,
    delay_seconds integer,
    lose boolean NOT NULL,
    bounce boolean NOT NULL,
    refuse_times integer NOT NULL,
    duplicate boolean NOT NULL,
    spam boolean NOT NULL
);
CREATE TABLE public.email_claims (
    realm character varying NOT NULL,
    email_key character varying NOT NULL,
    subscriber_number character varying NOT NULL,
    option_id character varying
);
CREATE TABLE public.helpdesk_messages (
    id bigint NOT NULL,
    realm character varying,
    at bigint NOT NULL,
    name character varying NOT NULL,
    email character varying NOT NULL,
    message character varying NOT NULL
);
CREATE SEQUENCE public.helpdesk_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.helpdesk_messages_id_seq OWNED BY public.helpdesk_messages.id;
CREATE TABLE public.in_transit (
    id bigint NOT NULL,
    realm character varying,
    arrives_at bigint NOT NULL,
    taken_at bigint NOT NULL,
    correlation character varying,
    message_id character varying,
    sender character varying NOT NULL,
    recipients json NOT NULL,
    subject character varying NOT NULL,
    author character varying NOT NULL,
    folder character varying NOT NULL,
    raw bytea NOT NULL
);
CREATE SEQUENCE public.in_transit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.in_transit_id_seq OWNED BY public.in_transit.id;
CREATE TABLE public.installation (
    key character varying NOT NULL,
    value character varying NOT NULL
);
CREATE TABLE public.journal (
    id bigint NOT NULL,
    realm character varying,
    at bigint,
    real_at double precision NOT NULL,
    kind character varying NOT NULL,
    correlation character varying,
    data json NOT NULL
);
CREATE SEQUENCE public.journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.journal_id_seq OWNED BY public.journal.id;
CREATE TABLE public.mail_recipients (
    realm character varying NOT NULL,
    address character varying NOT NULL,
    mail bigint NOT NULL
);
CREATE TABLE public.mailbox (
    id bigint NOT NULL,
    realm character varying,
    message_id character varying,
    sender character varying NOT NULL,
    recipients json NOT NULL,
    subject character varying NOT NULL,
    author character varying NOT NULL,
    received_at bigint NOT NULL,
    read boolean NOT NULL,
    folder character varying NOT NULL,
    raw bytea NOT NULL
);
CREATE SEQUENCE public.mailbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mailbox_id_seq OWNED BY public.mailbox.id;
CREATE TABLE public.options (
    realm character varying NOT NULL,
    id character varying NOT NULL,
    subscriber_number character varying NOT NULL,
    "position" integer NOT NULL,
    credentials json NOT NULL,
    code character varying NOT NULL,
    queued_at bigint NOT NULL,
    sent_at bigint,
    replaced_at bigint,
    used_at bigint,
    lapse_noted boolean NOT NULL,
    founds json
);
CREATE TABLE public.outbox (
    realm character varying NOT NULL,
    option_id character varying NOT NULL,
    correlation character varying NOT NULL,
    due_at bigint NOT NULL,
    attempts integer NOT NULL,
    attempt_at bigint
);
CREATE TABLE public.personas (
    realm character varying NOT NULL,
    id character varying NOT NULL,
    "position" integer NOT NULL,
    title character varying NOT NULL,
    name character varying NOT NULL,
    "case" character varying NOT NULL,
    subscriber_number character varying,
    certificate_not_before bigint NOT NULL,
    certificate_not_after bigint NOT NULL,
    fingerprint character varying,
    store_with json NOT NULL,
    password character varying
);
CREATE TABLE public.realms (
    realm character varying NOT NULL,
    created_at bigint NOT NULL,
    clock_mode character varying NOT NULL,
    clock_shown bigint NOT NULL,
    clock_real double precision NOT NULL,
    policy json NOT NULL,
    mode_before_move character varying,
    made_clock bigint,
    made_policy json NOT NULL,
    defects json NOT NULL
);
CREATE TABLE public.results (
    realm character varying NOT NULL,
    visitor character varying NOT NULL,
    option_id character varying NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.sessions (
    realm character varying NOT NULL,
    id character varying NOT NULL,
    way character varying NOT NULL,
    subscriber_number character varying,
    fingerprint character varying,
    certificate_end bigint,
    seen_at bigint NOT NULL,
    draft json NOT NULL
);
CREATE TABLE public.snapshots (
    id bigint NOT NULL,
    realm character varying,
    name character varying,
    made_at bigint NOT NULL,
    size integer NOT NULL,
    mail_ids json NOT NULL,
    document text NOT NULL
);
CREATE SEQUENCE public.snapshots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.snapshots_id_seq OWNED BY public.snapshots.id;
CREATE TABLE public.spaces (
    realm character varying NOT NULL,
    subscriber_number character varying NOT NULL,
    created_on character varying NOT NULL,
    email character varying NOT NULL,
    email_key character varying NOT NULL,
    registered_at bigint,
    credentials json,
    seal character varying NOT NULL,
    holder json NOT NULL,
    companies json NOT NULL
);
CREATE TABLE public.turned_away (
    realm character varying NOT NULL,
    mail character varying NOT NULL,
    times integer NOT NULL
);
CREATE TABLE public.undelivered (
    id bigint NOT NULL,
    realm character varying,
    at bigint NOT NULL,
    outcome character varying NOT NULL,
    recipients json NOT NULL,
    mail_before bigint NOT NULL
);
CREATE SEQUENCE public.undelivered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.undelivered_id_seq OWNED BY public.undelivered.id;
CREATE TABLE public.wrong_tries (
    id bigint NOT NULL,
    realm character varying,
    lock character varying NOT NULL,
    key character varying NOT NULL,
    at bigint NOT NULL
);
CREATE SEQUENCE public.wrong_tries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.wrong_tries_id_seq OWNED BY public.wrong_tries.id;
ALTER TABLE ONLY public.helpdesk_messages ALTER COLUMN id SET DEFAULT nextval('public.helpdesk_messages_id_seq'::regclass);
ALTER TABLE ONLY public.in_transit ALTER COLUMN id SET DEFAULT nextval('public.in_transit_id_seq'::regclass);
ALTER TABLE ONLY public.journal ALTER COLUMN id SET DEFAULT nextval('public.journal_id_seq'::regclass);
ALTER TABLE ONLY public.mailbox ALTER COLUMN id SET DEFAULT nextval('public.mailbox_id_seq'::regclass);
ALTER TABLE ONLY public.snapshots ALTER COLUMN id SET DEFAULT nextval('public.snapshots_id_seq'::regclass);
ALTER TABLE ONLY public.undelivered ALTER COLUMN id SET DEFAULT nextval('public.undelivered_id_seq'::regclass);
ALTER TABLE ONLY public.wrong_tries ALTER COLUMN id SET DEFAULT nextval('public.wrong_tries_id_seq'::regclass);
INSERT INTO public.caught VALUES ('there', '<1@a.example>');
INSERT INTO public.caught VALUES ('here', '<c8424cdd6b024d2f85c41d1ff79dff33@dgfip.finances.example>');
INSERT INTO public.caught VALUES ('here', '<82fcf84a4fef4216bba215525baeb19a@dgfip.finances.example>');
INSERT INTO public.certificates VALUES ('here', '791177e82ce32e6c39b0554b7006b63fd69f524b527433234e08d927cc36e3c5', '20111710000303', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', '6ed1c04e427efcff864594676e6cc3c9fbff23b6ae1b541810fda9ad8e39a1da', '20111500000412', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', '319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407', '20100420002051', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('there', 'fp', '20111710000303', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', 'e99a47f29771a9efd136a41eeb2665b8d454e13eea26afdefe9f7bbc3b551535', '20101390001420', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', 'a13d4907961abcef0ad30b2a0f8246780a38d2ebae0024cc1b72ff03a1607aad', '20090290000512', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', '99819b535beccd52286159f42beb01b4216b51c2cc31d6a5d4ac0c177d27c8da', '20100420002052', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.certificates VALUES ('here', '968cf9fa5a57ad47d167dc8f6d76c3a53a8ad3f45c5cfa5ba8485e3866638134', '20102490002977', false, '\x706c616365686f6c646572206365727469666963617465', '\x706c616365686f6c646572206b6579');
INSERT INTO public.delivery_rules VALUES ('there', 0, 'lila@courriel.example', NULL, true, false, 0, false, false);
INSERT INTO public.delivery_rules VALUES ('here', 0, 'lila.rosemonde@courriel.example', 3600, false, false, 0, false, true);
INSERT INTO public.delivery_rules VALUES ('here', 1, NULL, NULL, false, false, 2, false, false);
INSERT INTO public.email_claims VALUES ('there', 'lila@courriel.example', 'there 20111710000303', 'option');
INSERT INTO public.email_claims VALUES ('here', 'clemence.hautefeuille@courriel.example', '20090290000512', NULL);
INSERT INTO public.email_claims VALUES ('here', 'sylvain.un@courriel.example', '20100420002051', 'b46f8346984f4fb6a4288d08e0b9aa66');
INSERT INTO public.email_claims VALUES ('here', 'sylvain.deux@courriel.example', '20100420002051', '1a2dceac79b24c879690f95b8f4d7276');
INSERT INTO public.email_claims VALUES ('here', 'lila.rosemonde@courriel.example', '20111710000303', 'c8424cdd6b024d2f85c41d1ff79dff33');
INSERT INTO public.email_claims VALUES ('here', 'theo@courriel.example', '20111500000412', '82fcf84a4fef4216bba215525baeb19a');
INSERT INTO public.email_claims VALUES ('here', 'come@courriel.example', '20111609983372', '7393df08906746f193fb84341a3b9c80');
INSERT INTO public.helpdesk_messages VALUES (2, 'there', 1307602800, 'there ', 'lila@courriel.example', 'Bonjour');
INSERT INTO public.helpdesk_messages VALUES (1, 'here', 1307602860, 'Lila', 'lila.rosemonde@courriel.example', 'Où est mon code ?');
INSERT INTO public.in_transit VALUES (2, 'there', 1307606400, 1307602800, NULL, '<1@a.example>', 'there ', '["lila@courriel.example"]', 'Bonjour', '', 'inbox', '\x726177');
INSERT INTO public.in_transit VALUES (1, 'here', 1307606460, 1307602860, 'late', '<d@b.example>', 'a@b.example', '["lila.rosemonde@courriel.example"]', 'Bonjour', 'a@b.example', 'inbox', '\x4d6573736167652d49443a203c6140622e6578616d706c653e0d0a46726f6d3a206140622e6578616d706c650d0a546f3a206c696c612e726f73656d6f6e646540636f75727269656c2e6578616d706c650d0a5375626a6563743a20426f6e6a6f75720d0a0d0ae974e920c3a974c3a90d0a');
INSERT INTO public.installation VALUES ('schema_version', '3');
INSERT INTO public.journal VALUES (33, 'there', 1307602800, 1307602800, 'kind', 'there ', '{"a": [1]}');
INSERT INTO public.journal VALUES (1, 'here', 1307602800, 1796079842.66694, 'certificate-judged', 'test', '{"verdict": "accepted", "subject": "CN=Sylvain QU\u00c9ROUAULT,C=FR", "fingerprint": "319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407"}');
INSERT INTO public.journal VALUES (2, 'here', 1307602800, 1796079842.66696, 'session-opened', 'test', '{"subscriber_number": "20100420002051", "access": "certificate"}');
INSERT INTO public.journal VALUES (3, 'here', 1307602800, 1796079842.68626, 'warning-taken', 'test', '{"subscriber_number": "20100420002051"}');
INSERT INTO public.journal VALUES (4, 'here', 1307602800, 1796079842.712611, 'credentials-chosen', 'test', '{"subscriber_number": "20100420002051", "email": "sylvain.un@courriel.example"}');
INSERT INTO public.journal VALUES (5, 'here', 1307602800, 1796079842.748014, 'option-accepted', 'test', '{"subscriber_number": "20100420002051", "email": "sylvain.un@courriel.example", "option": "b46f8346984f4fb6a4288d08e0b9aa66", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO public.journal VALUES (6, 'here', 1307602800, 1796079842.74803, 'mail-queued', 'test', '{"option": "b46f8346984f4fb6a4288d08e0b9aa66", "to": "sylvain.un@courriel.example"}');
INSERT INTO public.journal VALUES (7, 'here', 1307602860, 1796079842.785362, 'certificate-judged', 'test', '{"verdict": "accepted", "subject": "CN=Sylvain QU\u00c9ROUAULT,C=FR", "fingerprint": "319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407"}');
INSERT INTO public.journal VALUES (8, 'here', 1307602860, 1796079842.785382, 'session-opened', 'test', '{"subscriber_number": "20100420002051", "access": "certificate"}');
INSERT INTO public.journal VALUES (9, 'here', 1307602860, 1796079842.797571, 'warning-taken', 'test', '{"subscriber_number": "20100420002051"}');
INSERT INTO public.journal VALUES (10, 'here', 1307602860, 1796079842.814631, 'credentials-chosen', 'test', '{"subscriber_number": "20100420002051", "email": "sylvain.deux@courriel.example"}');
INSERT INTO public.journal VALUES (11, 'here', 1307602860, 1796079842.850292, 'option-accepted', 'test', '{"subscriber_number": "20100420002051", "email": "sylvain.deux@courriel.example", "option": "1a2dceac79b24c879690f95b8f4d7276", "state": {"from": "pending", "to": "pending"}}');
INSERT INTO public.journal VALUES (12, 'here', 1307602860, 1796079842.85031, 'mail-queued', 'test', '{"option": "1a2dceac79b24c879690f95b8f4d7276", "to": "sylvain.deux@courriel.example"}');
INSERT INTO public.journal VALUES (13, 'here', 1307602860, 1796079842.880442, 'certificate-judged', 'test', '{"verdict": "accepted", "subject": "CN=Lila ROSEMONDE,C=FR", "fingerprint": "791177e82ce32e6c39b0554b7006b63fd69f524b527433234e08d927cc36e3c5"}');
INSERT INTO public.journal VALUES (14, 'here', 1307602860, 1796079842.880463, 'session-opened', 'test', '{"subscriber_number": "20111710000303", "access": "certificate"}');
INSERT INTO public.journal VALUES (15, 'here', 1307602860, 1796079842.903503, 'warning-taken', 'test', '{"subscriber_number": "20111710000303"}');
INSERT INTO public.journal VALUES (16, 'here', 1307602860, 1796079842.92485, 'credentials-chosen', 'test', '{"subscriber_number": "20111710000303", "email": "lila.rosemonde@courriel.example"}');
INSERT INTO public.journal VALUES (17, 'here', 1307602860, 1796079842.962689, 'option-accepted', 'test', '{"subscriber_number": "20111710000303", "email": "lila.rosemonde@courriel.example", "option": "c8424cdd6b024d2f85c41d1ff79dff33", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO public.journal VALUES (18, 'here', 1307602860, 1796079842.962706, 'mail-queued', 'test', '{"option": "c8424cdd6b024d2f85c41d1ff79dff33", "to": "lila.rosemonde@courriel.example"}');
INSERT INTO public.journal VALUES (19, 'here', 1307602860, 1796079843.017961, 'code-accepted', 'test', '{"email": "lila.rosemonde@courriel.example", "option": "c8424cdd6b024d2f85c41d1ff79dff33", "subscriber_number": "20111710000303"}');
INSERT INTO public.journal VALUES (20, 'here', 1307602860, 1796079843.077803, 'window-fetched', 'test', '{"option": "c8424cdd6b024d2f85c41d1ff79dff33", "subscriber_number": "20111710000303"}');
INSERT INTO public.journal VALUES (21, 'here', 1307602860, 1796079843.077817, 'space-activated', 'test', '{"subscriber_number": "20111710000303", "option": "c8424cdd6b024d2f85c41d1ff79dff33", "state": {"from": "pending", "to": "password"}, "sessions_ended": 1}');
INSERT INTO public.journal VALUES (22, 'here', 1307602860, 1796079843.129555, 'certificate-judged', 'test', '{"verdict": "accepted", "subject": "CN=Th\u00e9o L\u0152VENBRUCK,C=FR", "fingerprint": "6ed1c04e427efcff864594676e6cc3c9fbff23b6ae1b541810fda9ad8e39a1da"}');
INSERT INTO public.journal VALUES (23, 'here', 1307602860, 1796079843.129572, 'session-opened', 'test', '{"subscriber_number": "20111500000412", "access": "certificate"}');
INSERT INTO public.journal VALUES (24, 'here', 1307602860, 1796079843.1614, 'warning-taken', 'test', '{"subscriber_number": "20111500000412"}');
INSERT INTO public.journal VALUES (25, 'here', 1307602860, 1796079843.241796, 'credentials-chosen', 'test', '{"subscriber_number": "20111500000412", "email": "theo@courriel.example"}');
INSERT INTO public.journal VALUES (26, 'here', 1307602860, 1796079843.329427, 'option-accepted', 'test', '{"subscriber_number": "20111500000412", "email": "theo@courriel.example", "option": "82fcf84a4fef4216bba215525baeb19a", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO public.journal VALUES (27, 'here', 1307602860, 1796079843.329445, 'mail-queued', 'test', '{"option": "82fcf84a4fef4216bba215525baeb19a", "to": "theo@courriel.example"}');
INSERT INTO public.journal VALUES (28, 'here', 1307602860, 1796079843.390597, 'creation-begun', 'test', '{"mode": "expert", "companies": 1}');
INSERT INTO public.journal VALUES (29, 'here', 1307602860, 1796079843.41739, 'credentials-chosen', 'test', '{"subscriber_number": null, "email": "come@courriel.example"}');
INSERT INTO public.journal VALUES (30, 'here', 1307602860, 1796079843.493734, 'option-accepted', 'test', '{"subscriber_number": "20111609983372", "email": "come@courriel.example", "option": "7393df08906746f193fb84341a3b9c80", "state": {"from": null, "to": "pending"}}');
INSERT INTO public.journal VALUES (31, 'here', 1307602860, 1796079843.493748, 'mail-queued', 'test', '{"option": "7393df08906746f193fb84341a3b9c80", "to": "come@courriel.example"}');
INSERT INTO public.journal VALUES (32, 'here', 1307602860, 1796079843.546326, 'refused', 'test', '{"refusal": "activation-refused", "rule": "ACT-14", "reason": "code-wrong", "email": "lila.rosemonde@courriel.example"}');
INSERT INTO public.mail_recipients VALUES ('there', 'lila@courriel.example', 3);
INSERT INTO public.mail_recipients VALUES ('here', 'lila.rosemonde@courriel.example', 1);
INSERT INTO public.mail_recipients VALUES ('here', 'lila.rosemonde@courriel.example', 2);
INSERT INTO public.mailbox VALUES (3, 'there', '<1@a.example>', 'there ', '["lila@courriel.example"]', 'Bonjour', '', 1307602800, false, 'inbox', '\x726177');
INSERT INTO public.mailbox VALUES (1, 'here', '<a@b.example>', 'a@b.example', '["lila.rosemonde@courriel.example"]', 'Bonjour', 'a@b.example', 1307602860, false, 'inbox', '\x4d6573736167652d49443a203c6140622e6578616d706c653e0d0a46726f6d3a206140622e6578616d706c650d0a546f3a206c696c612e726f73656d6f6e646540636f75727269656c2e6578616d706c650d0a5375626a6563743a20426f6e6a6f75720d0a0d0ae974e920c3a974c3a90d0a');
INSERT INTO public.mailbox VALUES (2, 'here', '<c@b.example>', 'a@b.example', '["lila.rosemonde@courriel.example"]', 'Bonjour', 'a@b.example', 1307602860, true, 'spam', '\x4d6573736167652d49443a203c6140622e6578616d706c653e0d0a46726f6d3a206140622e6578616d706c650d0a546f3a206c696c612e726f73656d6f6e646540636f75727269656c2e6578616d706c650d0a5375626a6563743a20426f6e6a6f75720d0a0d0ae974e920c3a974c3a90d0a');
INSERT INTO public.options VALUES ('there', 'option', '20111710000303', 0, '{"email": "lila@courriel.example", "password_hash": "$argon2id$\u00e9\"''\\", "question": "Quel est votre surnom ?", "answer": "l''\u0152il \u00ab \u20ac \u00bb \ud83d\ude00\u00a0"}', 'there 5Xnmyx5kZbX8', 1307602800, NULL, NULL, NULL, false, NULL);
INSERT INTO public.options VALUES ('here', 'b46f8346984f4fb6a4288d08e0b9aa66', '20100420002051', 0, '{"email": "sylvain.un@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$B/o8qUf1ykJsIXuZMxbH5w$//MHUh/zEnNxra5WdM5tnOvZVgg+xxD+Nh+NV0BiUpc", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', '8WsVXcMCmiPk', 1307602800, NULL, 1307602860, NULL, false, NULL);
INSERT INTO public.options VALUES ('here', '1a2dceac79b24c879690f95b8f4d7276', '20100420002051', 1, '{"email": "sylvain.deux@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$RtCDwZZlj1US2yVK7RLZ1A$MAnv0Pn4XqVQ+mugr8WKnB9MotejMCBnhez8zpNq+YA", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', 'ijADr9prv35t', 1307602860, NULL, NULL, NULL, false, NULL);
INSERT INTO public.options VALUES ('here', 'c8424cdd6b024d2f85c41d1ff79dff33', '20111710000303', 0, '{"email": "lila.rosemonde@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$+r8m/2kGbn3tMuSNAqsCbQ$jK9Qo25+tWd4vLZYssBqKUiKpKQ6NgfI6zPTrKKcHOk", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', 'dcHTubdBnJFx', 1307602860, 1307602860, NULL, 1307602860, false, NULL);
INSERT INTO public.options VALUES ('here', '82fcf84a4fef4216bba215525baeb19a', '20111500000412', 0, '{"email": "theo@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$jqdvBRJlJk8rt7GCVn0wCg$eBsyZlHinzKLza4Dcu7ryc0Of6USochZFx9XRkRPXNc", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', '8vDZh8EWoAb4', 1307602860, 1307602860, NULL, NULL, false, NULL);
INSERT INTO public.options VALUES ('here', '7393df08906746f193fb84341a3b9c80', '20111609983372', 0, '{"email": "come@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$UhpD/wVBLX9blKp0KIsWeg$FIymQgq3tXIcZwL9hd63l2cwKaRz31I6C/mxnfHJod4", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', 'NVJ7ZznMsHJn', 1307602860, NULL, NULL, NULL, false, '{"subscriber_number": "20111609983372", "created_on": "2011-06-09", "holder": {"civility": "Monsieur", "last_name": "Aub\u00e9pin", "first_name": "C\u00f4me", "phone": "01 99 00 12 34", "street": "3 rue des \u00c9glantiers", "postcode": "75011", "town": "Paris", "country": "FRANCE"}, "companies": [{"siren": "732829320", "siret": "73282932000017", "name": "ENTREPRISE 732829320", "foreign": false, "services": []}], "email": "come@courriel.example"}');
INSERT INTO public.outbox VALUES ('there', 'option', 'there ', 1307602800, 0, NULL);
INSERT INTO public.outbox VALUES ('here', 'b46f8346984f4fb6a4288d08e0b9aa66', 'test', 1307602800, 0, NULL);
INSERT INTO public.outbox VALUES ('here', '1a2dceac79b24c879690f95b8f4d7276', 'test', 1307602860, 0, NULL);
INSERT INTO public.outbox VALUES ('here', '7393df08906746f193fb84341a3b9c80', 'test', 1307602860, 0, NULL);
INSERT INTO public.personas VALUES ('there', 'lila', 0, 'there ', 'Lila ROSEMONDE', 'valid', '20111710000303', 1307602800, 1307606400, 'fp', '["theo", "noemie"]', 'Colibri2010');
INSERT INTO public.personas VALUES ('here', 'clemence', 16, 'Espace déjà converti, accès par mot de passe', 'Clémence HAUTEFEUILLE', 'converted', '20090290000512', 1305010800, 1402210800, 'a13d4907961abcef0ad30b2a0f8246780a38d2ebae0024cc1b72ff03a1607aad', '[]', 'Reliure2011');
INSERT INTO public.personas VALUES ('here', 'sylvain', 3, 'Cabinet comptable, boîte aux lettres partagée', 'Sylvain QUÉROUAULT', 'valid', '20100420002051', 1305010800, 1402210800, '319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407', '[]', NULL);
INSERT INTO public.personas VALUES ('here', 'maelle', 4, 'Cabinet comptable, boîte aux lettres partagée', 'Maëlle PÉRIGNON-VASSEL', 'valid', '20100420002052', 1305010800, 1402210800, '99819b535beccd52286159f42beb01b4216b51c2cc31d6a5d4ac0c177d27c8da', '[]', NULL);
INSERT INTO public.personas VALUES ('here', 'noemie', 14, 'Deux certificats dans un même magasin : sa boutique', 'Noémie DŒUILLET', 'valid', '20101390001420', 1305010800, 1402210800, 'e99a47f29771a9efd136a41eeb2665b8d454e13eea26afdefe9f7bbc3b551535', '[]', NULL);
INSERT INTO public.personas VALUES ('here', 'aurore', 5, 'Cabinet comptable, boîte aux lettres partagée', 'Aurore FLEURY-ÇELIK', 'valid', '20102490002977', 1305010800, 1402210800, '968cf9fa5a57ad47d167dc8f6d76c3a53a8ad3f45c5cfa5ba8485e3866638134', '[]', NULL);
INSERT INTO public.personas VALUES ('here', 'theo', 1, 'Aucun service, espace tout juste créé', 'Théo LŒVENBRUCK', 'valid', '20111500000412', 1305010800, 1402210800, '6ed1c04e427efcff864594676e6cc3c9fbff23b6ae1b541810fda9ad8e39a1da', '[]', NULL);
INSERT INTO public.personas VALUES ('here', 'lila', 0, 'La personne de la fiche, une seule entreprise', 'Lila ROSEMONDE', 'valid', '20111710000303', 1305010800, 1480287599, '791177e82ce32e6c39b0554b7006b63fd69f524b527433234e08d927cc36e3c5', '[]', NULL);
INSERT INTO public.realms VALUES ('there', 1307602800, 'frozen', 1307602800, 1307602800, '{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}', 'frozen', NULL, '{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}', '[]');
INSERT INTO public.realms VALUES ('here', 1796079842, 'frozen', 1307602860, 1307602800, '{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 7, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}', NULL, 1307602800, '{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}', '[]');
INSERT INTO public.results VALUES ('there', 'browser', 'option', 1307606400);
INSERT INTO public.results VALUES ('here', 'browser', 'c8424cdd6b024d2f85c41d1ff79dff33', 1307604660);
INSERT INTO public.sessions VALUES ('there', 'session', 'certificate', '20111710000303', 'there ', 1307606400, 1307602800, '{"warned": true, "email": "lila@courriel.example", "password_hash": "hash", "application": null}');
INSERT INTO public.sessions VALUES ('here', 'a6f1988b78d29a1b562d9021966471a21a4e3caf7621e3162804d05dd241bade', 'certificate', '20100420002051', '319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407', 1402210800, 1307602800, '{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO public.sessions VALUES ('here', '5e467025bddcb4dfd1cc11394ffde45a86fb0395fc536b2a6111d114d2392049', 'certificate', '20100420002051', '319d426b5e6d9be71ffef09867fbc816d06591337eb761ee4d4b0ad32f895407', 1402210800, 1307602860, '{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO public.sessions VALUES ('here', '4343b5eeedd7d2dfc863e7b3cd8540d562118c4ce208f17bf3908ac853b06037', 'certificate', '20111500000412', '6ed1c04e427efcff864594676e6cc3c9fbff23b6ae1b541810fda9ad8e39a1da', 1402210800, 1307602860, '{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO public.sessions VALUES ('here', '1aabba32989140d7f74b0f081bb7b02bc023a7f35fe17fd67fb2ad5ff4a6725f', 'creation', '20111609983372', NULL, NULL, 1307602860, '{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO public.snapshots VALUES (2, 'there', 'there ', 1307602800, 8, '[1]', '{there }');
INSERT INTO public.snapshots VALUES (1, 'here', 'avant', 1307602860, 15553, '[1, 2]', '{
 "format": 1,
 "maquette": "0.1.0",
 "realm": {
  "name": "town-2",
  "clock": {
   "mode": "frozen",
   "now": "2011-06-09T07:01:00Z"
  },
  "policy": {
   "gate.refusal": "page",
   "gate.notice": "off",
   "session.idle": "PT30M",
   "home.files_per_page": 7,
   "email.ascii_only": true,
   "email.match": "casefold",
   "email.shared": "first",
   "password.requires_both": false,
   "password.hash_cost": "low",
   "activation.window": "PT48H",
   "activation.attempts": 5,
   "activation.lockout": "PT15M",
   "option.replace": true,
   "popup.mode": "automatic",
   "login.attempts": 5,
   "login.lockout": "PT15M"
  },
  "made": {
   "clock": "2011-06-09T07:00:00Z",
   "policy": {
    "gate.refusal": "page",
    "gate.notice": "off",
    "session.idle": "PT30M",
    "home.files_per_page": 10,
    "email.ascii_only": true,
    "email.match": "casefold",
    "email.shared": "first",
    "password.requires_both": false,
    "password.hash_cost": "low",
    "activation.window": "PT48H",
    "activation.attempts": 5,
    "activation.lockout": "PT15M",
    "option.replace": true,
    "popup.mode": "automatic",
    "login.attempts": 5,
    "login.lockout": "PT15M"
   }
  },
  "delivery": [
   {
    "to": "lila.rosemonde@courriel.example",
    "delay": "PT1H",
    "lose": false,
    "bounce": false,
    "refuse_times": 0,
    "duplicate": false,
    "spam": true
   },
   {
    "to": null,
    "delay": null,
    "lose": false,
    "bounce": false,
    "refuse_times": 2,
    "duplicate": false,
    "spam": false
   }
  ],
  "defects": []
 },
 "personas": [
  {
   "id": "lila",
   "place": 0,
   "title": "La personne de la fiche, une seule entreprise",
   "name": "Lila ROSEMONDE",
   "case": "valid",
   "subscriber_number": "20111710000303",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2016-11-27T22:59:59Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "theo",
   "place": 1,
   "title": "Aucun service, espace tout juste créé",
   "name": "Théo LŒVENBRUCK",
   "case": "valid",
   "subscriber_number": "20111500000412",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "sylvain",
   "place": 3,
   "title": "Cabinet comptable, boîte aux lettres partagée",
   "name": "Sylvain QUÉROUAULT",
   "case": "valid",
   "subscriber_number": "20100420002051",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "maelle",
   "place": 4,
   "title": "Cabinet comptable, boîte aux lettres partagée",
   "name": "Maëlle PÉRIGNON-VASSEL",
   "case": "valid",
   "subscriber_number": "20100420002052",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "aurore",
   "place": 5,
   "title": "Cabinet comptable, boîte aux lettres partagée",
   "name": "Aurore FLEURY-ÇELIK",
   "case": "valid",
   "subscriber_number": "20102490002977",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "noemie",
   "place": 14,
   "title": "Deux certificats dans un même magasin : sa boutique",
   "name": "Noémie DŒUILLET",
   "case": "valid",
   "subscriber_number": "20101390001420",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": null
  },
  {
   "id": "clemence",
   "place": 16,
   "title": "Espace déjà converti, accès par mot de passe",
   "name": "Clémence HAUTEFEUILLE",
   "case": "converted",
   "subscriber_number": "20090290000512",
   "certificate": {
    "valid_from": "2011-05-10T07:00:00Z",
    "valid_until": "2014-06-08T07:00:00Z"
   },
   "store_with": [],
   "password": "Reliure2011"
  }
 ],
 "spaces": [
  {
   "subscriber_number": "20090290000512",
   "created_on": "2009-01-29",
   "holder": {
    "civility": "Madame",
    "last_name": "Hautefeuille",
    "first_name": "Clémence",
    "phone": "06 39 98 55 08",
    "street": "2 rue du Puits-à-Roue",
    "postcode": "45999",
    "town": "Germeval-l''Évêque",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "149336315",
     "siret": "14933631500010",
     "name": "SARL HAUTEFEUILLE RELIURE",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "DECLARER_IS",
      "PAYER_TVA",
      "PAYER_IS",
      "EFFECTUER",
      "SUIVRE"
     ]
    }
   ],
   "email": "clemence.hautefeuille@courriel.example",
   "credentials": {
    "email": "clemence.hautefeuille@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$ZtsYM9JsHXjHjmp4gyNZqw$4p+tV9FVNFpTb0Ryubl6UfJnUG1rJQ4+oBHIxcqhocc",
    "question": "Quel est votre surnom ?",
    "answer": "Clém"
   },
   "registered_at": "2011-05-12T08:24:36Z"
  },
  {
   "subscriber_number": "20100420002051",
   "created_on": "2010-02-11",
   "holder": {
    "civility": "Monsieur",
    "last_name": "Quérouault",
    "first_name": "Sylvain",
    "phone": "03 53 01 10 31",
    "street": "9 place du Vieux-Marché",
    "postcode": "21999",
    "town": "Boisfleury-le-Château",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "148429509",
     "siret": "14842950900018",
     "name": "SARL FROMAGERIE DES TROIS-RUS",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "PAYER_TVA"
     ]
    },
    {
     "siren": "145367751",
     "siret": "14536775100016",
     "name": "SARL GARAGE CHÂTELET-MOUTON",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "DECLARER_TS",
      "PAYER_TVA",
      "PAYER_TS"
     ]
    }
   ],
   "email": "cabinet@compta-boisfleury.example",
   "credentials": null,
   "registered_at": null
  },
  {
   "subscriber_number": "20100420002052",
   "created_on": "2010-02-11",
   "holder": {
    "civility": "Madame",
    "last_name": "Pérignon-Vassel",
    "first_name": "Maëlle",
    "phone": "03 53 01 10 32",
    "street": "9 place du Vieux-Marché",
    "postcode": "21999",
    "town": "Boisfleury-le-Château",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "144988730",
     "siret": "14498873000012",
     "name": "SAS MENUISERIE BŒUF ET FILS",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "DECLARER_IS",
      "PAYER_TVA",
      "PAYER_IS"
     ]
    },
    {
     "siren": "146604798",
     "siret": "14660479800018",
     "name": "EURL SALON HÉLOÏSE",
     "foreign": false,
     "services": [
      "DECLARER_TVA",
      "PAYER_TVA"
     ]
    }
   ],
   "email": "cabinet@compta-boisfleury.example",
   "credentials": null,
   "registered_at": null
  },
  {
   "subscriber_number": "20101390001420",
   "created_on": "2010-05-19",
   "holder": {
    "civility": "Madame",
    "last_name": "Dœuillet",
    "first_name": "Noémie",
    "phone": "06 39 98 12 73",
    "street": "31 rue des Tisserands-Muets",
    "postcode": "14999",
    "town": "Aubigny-les-Dunes",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "145648614",
     "siret": "14564861400017",
     "name": "EURL LA BOÎTE À LAINE",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "DECLARER_IS",
      "PAYER_TVA",
      "PAYER_IS"
     ]
    }
   ],
   "email": "noemie.doeuillet@courriel.example",
   "credentials": null,
   "registered_at": null
  },
  {
   "subscriber_number": "20102490002977",
   "created_on": "2010-09-06",
   "holder": {
    "civility": "Madame",
    "last_name": "Fleury-Çelik",
    "first_name": "Aurore",
    "phone": "03 53 01 10 33",
    "street": "9 place du Vieux-Marché",
    "postcode": "21999",
    "town": "Boisfleury-le-Château",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "146437827",
     "siret": "14643782700018",
     "name": "SCEA DU MOULIN BRÛLÉ",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "PAYER_TVA",
      "PAYER_AUTRES"
     ]
    }
   ],
   "email": "cabinet@compta-boisfleury.example",
   "credentials": null,
   "registered_at": null
  },
  {
   "subscriber_number": "20111500000412",
   "created_on": "2011-05-30",
   "holder": {
    "civility": "Monsieur",
    "last_name": "Lœvenbruck",
    "first_name": "Théo",
    "phone": "03 53 01 42 07",
    "street": "3 impasse du Four-à-Chaux",
    "postcode": "67999",
    "town": "Hœlschwiller",
    "country": "FRANCE"
   },
   "companies": [],
   "email": "theo.loevenbruck@courriel.example",
   "credentials": null,
   "registered_at": null
  },
  {
   "subscriber_number": "20111710000303",
   "created_on": "2011-01-17",
   "holder": {
    "civility": "Madame",
    "last_name": "Rosemonde",
    "first_name": "Lila",
    "phone": "01 99 00 17 10",
    "street": "12 rue des Deux-Clochers",
    "postcode": "75000",
    "town": "Paris",
    "country": "FRANCE"
   },
   "companies": [
    {
     "siren": "123456782",
     "siret": "12345678200010",
     "name": "SARL MARTIN DISTRIBUTION",
     "foreign": false,
     "services": [
      "COMPTE_FISCAL",
      "DECLARER_TVA",
      "DECLARER_IS",
      "DECLARER_TS",
      "DECLARER_CVAE",
      "PAYER_TVA",
      "PAYER_IS",
      "PAYER_TS",
      "PAYER_CVAE",
      "PAYER_AUTRES",
      "EFFECTUER",
      "SUIVRE"
     ]
    }
   ],
   "email": "lila.rosemonde@courriel.example",
   "credentials": {
    "email": "lila.rosemonde@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$+r8m/2kGbn3tMuSNAqsCbQ$jK9Qo25+tWd4vLZYssBqKUiKpKQ6NgfI6zPTrKKcHOk",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "registered_at": "2011-06-09T07:01:00Z"
  }
 ],
 "options": [
  {
   "id": "b46f8346984f4fb6a4288d08e0b9aa66",
   "subscriber_number": "20100420002051",
   "credentials": {
    "email": "sylvain.un@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$B/o8qUf1ykJsIXuZMxbH5w$//MHUh/zEnNxra5WdM5tnOvZVgg+xxD+Nh+NV0BiUpc",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "8WsVXcMCmiPk",
   "queued_at": "2011-06-09T07:00:00Z",
   "sent_at": null,
   "replaced_at": "2011-06-09T07:01:00Z",
   "used_at": null,
   "lapse_noted": false,
   "letter": {
    "due_at": "2011-06-09T07:00:00Z",
    "attempts": 0,
    "attempt_at": null,
    "correlation": "test"
   },
   "founds": null
  },
  {
   "id": "1a2dceac79b24c879690f95b8f4d7276",
   "subscriber_number": "20100420002051",
   "credentials": {
    "email": "sylvain.deux@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$RtCDwZZlj1US2yVK7RLZ1A$MAnv0Pn4XqVQ+mugr8WKnB9MotejMCBnhez8zpNq+YA",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "ijADr9prv35t",
   "queued_at": "2011-06-09T07:01:00Z",
   "sent_at": null,
   "replaced_at": null,
   "used_at": null,
   "lapse_noted": false,
   "letter": {
    "due_at": "2011-06-09T07:01:00Z",
    "attempts": 0,
    "attempt_at": null,
    "correlation": "test"
   },
   "founds": null
  },
  {
   "id": "82fcf84a4fef4216bba215525baeb19a",
   "subscriber_number": "20111500000412",
   "credentials": {
    "email": "theo@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$jqdvBRJlJk8rt7GCVn0wCg$eBsyZlHinzKLza4Dcu7ryc0Of6USochZFx9XRkRPXNc",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "8vDZh8EWoAb4",
   "queued_at": "2011-06-09T07:01:00Z",
   "sent_at": "2011-06-09T07:01:00Z",
   "replaced_at": null,
   "used_at": null,
   "lapse_noted": false,
   "letter": null,
   "founds": null
  },
  {
   "id": "7393df08906746f193fb84341a3b9c80",
   "subscriber_number": "20111609983372",
   "credentials": {
    "email": "come@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$UhpD/wVBLX9blKp0KIsWeg$FIymQgq3tXIcZwL9hd63l2cwKaRz31I6C/mxnfHJod4",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "NVJ7ZznMsHJn",
   "queued_at": "2011-06-09T07:01:00Z",
   "sent_at": null,
   "replaced_at": null,
   "used_at": null,
   "lapse_noted": false,
   "letter": {
    "due_at": "2011-06-09T07:01:00Z",
    "attempts": 0,
    "attempt_at": null,
    "correlation": "test"
   },
   "founds": {
    "created_on": "2011-06-09",
    "holder": {
     "civility": "Monsieur",
     "last_name": "Aubépin",
     "first_name": "Côme",
     "phone": "01 99 00 12 34",
     "street": "3 rue des Églantiers",
     "postcode": "75011",
     "town": "Paris",
     "country": "FRANCE"
    },
    "companies": [
     {
      "siren": "732829320",
      "siret": "73282932000017",
      "name": "ENTREPRISE 732829320",
      "foreign": false,
      "services": []
     }
    ]
   }
  },
  {
   "id": "c8424cdd6b024d2f85c41d1ff79dff33",
   "subscriber_number": "20111710000303",
   "credentials": {
    "email": "lila.rosemonde@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$+r8m/2kGbn3tMuSNAqsCbQ$jK9Qo25+tWd4vLZYssBqKUiKpKQ6NgfI6zPTrKKcHOk",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "dcHTubdBnJFx",
   "queued_at": "2011-06-09T07:01:00Z",
   "sent_at": "2011-06-09T07:01:00Z",
   "replaced_at": null,
   "used_at": "2011-06-09T07:01:00Z",
   "lapse_noted": false,
   "letter": null,
   "founds": null
  }
 ],
 "wrong_tries": [
  {
   "lock": "activation",
   "email": "lila.rosemonde@courriel.example",
   "at": "2011-06-09T07:01:00Z"
  }
 ],
 "mail": [
  {
   "sender": "a@b.example",
   "recipients": [
    "lila.rosemonde@courriel.example"
   ],
   "folder": "inbox",
   "text": null,
   "base64": "TWVzc2FnZS1JRDogPGFAYi5leGFtcGxlPg0KRnJvbTogYUBiLmV4YW1wbGUNClRvOiBsaWxhLnJvc2Vtb25kZUBjb3VycmllbC5leGFtcGxlDQpTdWJqZWN0OiBCb25qb3VyDQoNCul06SDDqXTDqQ0K",
   "received_at": "2011-06-09T07:01:00Z",
   "read": false
  },
  {
   "sender": "a@b.example",
   "recipients": [
    "lila.rosemonde@courriel.example"
   ],
   "folder": "spam",
   "text": null,
   "base64": "TWVzc2FnZS1JRDogPGFAYi5leGFtcGxlPg0KRnJvbTogYUBiLmV4YW1wbGUNClRvOiBsaWxhLnJvc2Vtb25kZUBjb3VycmllbC5leGFtcGxlDQpTdWJqZWN0OiBCb25qb3VyDQoNCul06SDDqXTDqQ0K",
   "received_at": "2011-06-09T07:01:00Z",
   "read": true
  }
 ],
 "in_transit": [
  {
   "sender": "a@b.example",
   "recipients": [
    "lila.rosemonde@courriel.example"
   ],
   "folder": "inbox",
   "text": null,
   "base64": "TWVzc2FnZS1JRDogPGFAYi5leGFtcGxlPg0KRnJvbTogYUBiLmV4YW1wbGUNClRvOiBsaWxhLnJvc2Vtb25kZUBjb3VycmllbC5leGFtcGxlDQpTdWJqZWN0OiBCb25qb3VyDQoNCul06SDDqXTDqQ0K",
   "taken_at": "2011-06-09T07:01:00Z",
   "arrives_at": "2011-06-09T08:01:00Z",
   "correlation": "late"
  }
 ],
 "caught": [
  "<82fcf84a4fef4216bba215525baeb19a@dgfip.finances.example>",
  "<c8424cdd6b024d2f85c41d1ff79dff33@dgfip.finances.example>"
 ],
 "turned_away": [
  {
   "mail": "<e@b.example>",
   "times": 1
  }
 ],
 "undelivered": [
  {
   "at": "2011-06-09T07:01:00Z",
   "outcome": "bounced",
   "recipients": [
    "lila.rosemonde@courriel.example"
   ],
   "mails_before": 2
  }
 ],
 "helpdesk": [
  {
   "at": "2011-06-09T07:01:00Z",
   "name": "Lila",
   "email": "lila.rosemonde@courriel.example",
   "message": "Où est mon code ?"
  }
 ]
}');
INSERT INTO public.spaces VALUES ('here', '20100420002051', '2010-02-11', 'cabinet@compta-boisfleury.example', 'cabinet@compta-boisfleury.example', NULL, NULL, '1a6c981626cf64e0', '{"civility": "Monsieur", "last_name": "Qu\u00e9rouault", "first_name": "Sylvain", "phone": "03 53 01 10 31", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}', '[{"siren": "148429509", "siret": "14842950900018", "name": "SARL FROMAGERIE DES TROIS-RUS", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "PAYER_TVA"]}, {"siren": "145367751", "siret": "14536775100016", "name": "SARL GARAGE CH\u00c2TELET-MOUTON", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_TS", "PAYER_TVA", "PAYER_TS"]}]');
INSERT INTO public.spaces VALUES ('here', '20100420002052', '2010-02-11', 'cabinet@compta-boisfleury.example', 'cabinet@compta-boisfleury.example', NULL, NULL, '8526971ce79ac601', '{"civility": "Madame", "last_name": "P\u00e9rignon-Vassel", "first_name": "Ma\u00eblle", "phone": "03 53 01 10 32", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}', '[{"siren": "144988730", "siret": "14498873000012", "name": "SAS MENUISERIE B\u0152UF ET FILS", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS"]}, {"siren": "146604798", "siret": "14660479800018", "name": "EURL SALON H\u00c9LO\u00cfSE", "foreign": false, "services": ["DECLARER_TVA", "PAYER_TVA"]}]');
INSERT INTO public.spaces VALUES ('here', '20102490002977', '2010-09-06', 'cabinet@compta-boisfleury.example', 'cabinet@compta-boisfleury.example', NULL, NULL, '831945e891965a6c', '{"civility": "Madame", "last_name": "Fleury-\u00c7elik", "first_name": "Aurore", "phone": "03 53 01 10 33", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}', '[{"siren": "146437827", "siret": "14643782700018", "name": "SCEA DU MOULIN BR\u00dbL\u00c9", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "PAYER_TVA", "PAYER_AUTRES"]}]');
INSERT INTO public.spaces VALUES ('here', '20111500000412', '2011-05-30', 'theo.loevenbruck@courriel.example', 'theo.loevenbruck@courriel.example', NULL, NULL, '51742a99382a0073', '{"civility": "Monsieur", "last_name": "L\u0153venbruck", "first_name": "Th\u00e9o", "phone": "03 53 01 42 07", "street": "3 impasse du Four-\u00e0-Chaux", "postcode": "67999", "town": "H\u0153lschwiller", "country": "FRANCE"}', '[]');
INSERT INTO public.spaces VALUES ('there', '20111710000303', '2011-01-17', 'there lila@courriel.example', 'lila@courriel.example', NULL, NULL, 'e96ea05e9dd2e9a8', '{"civility": "Monsieur", "last_name": "Loevenbruck", "first_name": "Th\u00e9o", "phone": "01 99", "street": "1 rue de l''\u0152uf", "postcode": "57999", "town": "Metz", "country": "FRANCE"}', '[{"siren": "123456782", "siret": "12345678200010", "name": "SARL MARTIN", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "DECLARER_TS", "DECLARER_CVAE", "PAYER_TVA", "PAYER_IS", "PAYER_TS", "PAYER_CVAE", "PAYER_AUTRES", "EFFECTUER", "SUIVRE"]}, {"siren": "145648614", "siret": "14564861400017", "name": "\u00c9T\u00c9 & \u00ab FILS \u00bb", "foreign": true, "services": []}]');
INSERT INTO public.spaces VALUES ('here', '20090290000512', '2009-01-29', 'clemence.hautefeuille@courriel.example', 'clemence.hautefeuille@courriel.example', 1305188676, '{"email": "clemence.hautefeuille@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$ZtsYM9JsHXjHjmp4gyNZqw$4p+tV9FVNFpTb0Ryubl6UfJnUG1rJQ4+oBHIxcqhocc", "question": "Quel est votre surnom ?", "answer": "Cl\u00e9m"}', 'b2c092e70c5631b3', '{"civility": "Madame", "last_name": "Hautefeuille", "first_name": "Cl\u00e9mence", "phone": "06 39 98 55 08", "street": "2 rue du Puits-\u00e0-Roue", "postcode": "45999", "town": "Germeval-l''\u00c9v\u00eaque", "country": "FRANCE"}', '[{"siren": "149336315", "siret": "14933631500010", "name": "SARL HAUTEFEUILLE RELIURE", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS", "EFFECTUER", "SUIVRE"]}]');
INSERT INTO public.spaces VALUES ('here', '20111710000303', '2011-01-17', 'lila.rosemonde@courriel.example', 'lila.rosemonde@courriel.example', 1307602860, '{"email": "lila.rosemonde@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$+r8m/2kGbn3tMuSNAqsCbQ$jK9Qo25+tWd4vLZYssBqKUiKpKQ6NgfI6zPTrKKcHOk", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}', 'be99276bacf37081', '{"civility": "Madame", "last_name": "Rosemonde", "first_name": "Lila", "phone": "01 99 00 17 10", "street": "12 rue des Deux-Clochers", "postcode": "75000", "town": "Paris", "country": "FRANCE"}', '[{"siren": "123456782", "siret": "12345678200010", "name": "SARL MARTIN DISTRIBUTION", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "DECLARER_TS", "DECLARER_CVAE", "PAYER_TVA", "PAYER_IS", "PAYER_TS", "PAYER_CVAE", "PAYER_AUTRES", "EFFECTUER", "SUIVRE"]}]');
INSERT INTO public.spaces VALUES ('here', '20101390001420', '2010-05-19', 'noemie.doeuillet@courriel.example', 'noemie.doeuillet@courriel.example', NULL, NULL, 'ff49dad7dafdd54e', '{"civility": "Madame", "last_name": "D\u0153uillet", "first_name": "No\u00e9mie", "phone": "06 39 98 12 73", "street": "31 rue des Tisserands-Muets", "postcode": "14999", "town": "Aubigny-les-Dunes", "country": "FRANCE"}', '[{"siren": "145648614", "siret": "14564861400017", "name": "EURL LA BO\u00ceTE \u00c0 LAINE", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS"]}]');
INSERT INTO public.turned_away VALUES ('there', '<2@a.example>', 1);
INSERT INTO public.turned_away VALUES ('here', '<e@b.example>', 1);
INSERT INTO public.undelivered VALUES (2, 'there', 1307602800, 'lost', '["there "]', 3);
INSERT INTO public.undelivered VALUES (1, 'here', 1307602860, 'bounced', '["lila.rosemonde@courriel.example"]', 2);
INSERT INTO public.wrong_tries VALUES (2, 'there', 'login', 'lila@courriel.example', 1307602800);
INSERT INTO public.wrong_tries VALUES (1, 'here', 'activation', 'lila.rosemonde@courriel.example', 1307602860);
SELECT pg_catalog.setval('public.helpdesk_messages_id_seq', 2, true);
SELECT pg_catalog.setval('public.in_transit_id_seq', 2, true);
SELECT pg_catalog.setval('public.journal_id_seq', 33, true);
SELECT pg_catalog.setval('public.mailbox_id_seq', 3, true);
SELECT pg_catalog.setval('public.snapshots_id_seq', 2, true);
SELECT pg_catalog.setval('public.undelivered_id_seq', 2, true);
SELECT pg_catalog.setval('public.wrong_tries_id_seq', 2, true);
ALTER TABLE ONLY public.caught
    ADD CONSTRAINT caught_pkey PRIMARY KEY (realm, message_id);
ALTER TABLE ONLY public.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (realm, fingerprint);
ALTER TABLE ONLY public.delivery_rules
    ADD CONSTRAINT delivery_rules_pkey PRIMARY KEY (realm, "position");
ALTER TABLE ONLY public.email_claims
    ADD CONSTRAINT email_claims_pkey PRIMARY KEY (realm, email_key);
ALTER TABLE ONLY public.helpdesk_messages
    ADD CONSTRAINT helpdesk_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.in_transit
    ADD CONSTRAINT in_transit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_recipients
    ADD CONSTRAINT mail_recipients_pkey PRIMARY KEY (realm, address, mail);
ALTER TABLE ONLY public.mailbox
    ADD CONSTRAINT mailbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.options
    ADD CONSTRAINT options_pkey PRIMARY KEY (realm, id);
ALTER TABLE ONLY public.options
    ADD CONSTRAINT options_realm_subscriber_number_position_key UNIQUE (realm, subscriber_number, "position");
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (realm, option_id);
ALTER TABLE ONLY public.personas
    ADD CONSTRAINT personas_pkey PRIMARY KEY (realm, id);
ALTER TABLE ONLY public.realms
    ADD CONSTRAINT realms_pkey PRIMARY KEY (realm);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (realm, visitor, option_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (realm, id);
ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spaces
    ADD CONSTRAINT spaces_pkey PRIMARY KEY (realm, subscriber_number);
ALTER TABLE ONLY public.turned_away
    ADD CONSTRAINT turned_away_pkey PRIMARY KEY (realm, mail);
ALTER TABLE ONLY public.undelivered
    ADD CONSTRAINT undelivered_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.wrong_tries
    ADD CONSTRAINT wrong_tries_pkey PRIMARY KEY (id);
CREATE INDEX converted_spaces ON public.spaces USING btree (realm, email_key, subscriber_number) WHERE (credentials IS NOT NULL);
CREATE INDEX helpdesk_messages_by_realm ON public.helpdesk_messages USING btree (realm, id);
CREATE INDEX in_transit_by_arrival ON public.in_transit USING btree (realm, arrives_at);
CREATE INDEX ix_mail_recipients_mail ON public.mail_recipients USING btree (mail);
CREATE INDEX journal_by_realm ON public.journal USING btree (realm, id);
CREATE INDEX mailbox_by_realm ON public.mailbox USING btree (realm, id);
CREATE INDEX outbox_by_due ON public.outbox USING btree (realm, due_at);
CREATE INDEX personas_by_certificate ON public.personas USING btree (realm, fingerprint);
CREATE INDEX personas_by_number ON public.personas USING btree (realm, subscriber_number);
CREATE INDEX personas_by_position ON public.personas USING btree (realm, "position");
CREATE INDEX sessions_by_space ON public.sessions USING btree (realm, subscriber_number);
CREATE INDEX snapshots_by_realm ON public.snapshots USING btree (realm, id);
CREATE INDEX spaces_by_email ON public.spaces USING btree (realm, email_key);
CREATE INDEX undelivered_by_realm ON public.undelivered USING btree (realm, id);
CREATE INDEX wrong_tries_by_key ON public.wrong_tries USING btree (realm, lock, key);
ALTER TABLE ONLY public.mail_recipients
    ADD CONSTRAINT mail_recipients_mail_fkey FOREIGN KEY (mail) REFERENCES public.mailbox(id) ON DELETE CASCADE;
