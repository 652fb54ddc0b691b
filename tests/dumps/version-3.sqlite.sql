BEGIN TRANSACTION;
CREATE TABLE caught (
	realm VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	PRIMARY KEY (realm, message_id)
);
INSERT INTO "caught" VALUES('here','<da3df4ebcd414e7ab5321e2a3c406d1d@dgfip.finances.example>');
INSERT INTO "caught" VALUES('here','<f39ab237a8e24680954f75b675772f19@dgfip.finances.example>');
INSERT INTO "caught" VALUES('there','<1@a.example>');
CREATE TABLE certificates (
	realm VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	subscriber_number VARCHAR, 
	revoked BOOLEAN NOT NULL, 
	certificate_pem BLOB NOT NULL, 
	key_pem BLOB NOT NULL, 
	PRIMARY KEY (realm, fingerprint)
);
INSERT INTO "certificates" VALUES('here','a67449052c1ee56124adf9dd9af47f79b65c6294d706d6c7668876ac669f192e','20111710000303',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','8d25be8ded2ce8aa6e48a14d3b79004a6cf1f5a49ceb1765862041ed361e6118','20111500000412',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528','20100420002051',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','acc36bf58138f978de5349be6dc8371f17beabd3a6b1b988f8fb51b6ae37fbf4','20100420002052',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','b677901a316009e8a08bf2eef70a200d92a3c35a71749c8459663017f3a66563','20102490002977',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','f0ea71f23835f03fdbfba9296d7665ac958a5fb91ae49bd8146af1c00e7145a3','20101390001420',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('here','1f4cafb595c33b55b06582669c4697460c3f2165d209aeeb8a26f11c581b17ba','20090290000512',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
INSERT INTO "certificates" VALUES('there','fp','20111710000303',0,X'706C616365686F6C646572206365727469666963617465',X'706C616365686F6C646572206B6579');
CREATE TABLE delivery_rules (
	realm VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	"to" VARCHAR, 
	delay_seconds INTEGER, 
	lose BOOLEAN NOT NULL, 
	bounce BOOLEAN NOT NULL, 
	refuse_times INTEGER NOT NULL, 
	duplicate BOOLEAN NOT NULL, 
	spam BOOLEAN NOT NULL, 
	PRIMARY KEY (realm, position)
);
INSERT INTO "delivery_rules" VALUES('here',0,'lila.rosemonde@courriel.example',3600,0,0,0,0,1);
INSERT INTO "delivery_rules" VALUES('here',1,NULL,NULL,0,0,2,0,0);
INSERT INTO "delivery_rules" VALUES('there',0,'lila@courriel.example',NULL,1,0,0,0,0);
CREATE TABLE email_claims (
	realm VARCHAR NOT NULL, 
	email_key VARCHAR NOT NULL, 
	subscriber_number VARCHAR NOT NULL, 
	option_id VARCHAR, 
	PRIMARY KEY (realm, email_key)
);
INSERT INTO "email_claims" VALUES('here','clemence.hautefeuille@courriel.example','20090290000512',NULL);
INSERT INTO "email_claims" VALUES('here','sylvain.un@courriel.example','20100420002051','0ccd2c23f32c4b3297b6501e89613c6f');
INSERT INTO "email_claims" VALUES('here','sylvain.deux@courriel.example','20100420002051','d053528c4f374b18bd83587780383ced');
INSERT INTO "email_claims" VALUES('here','lila.rosemonde@courriel.example','20111710000303','da3df4ebcd414e7ab5321e2a3c406d1d');
INSERT INTO "email_claims" VALUES('here','theo@courriel.example','20111500000412','f39ab237a8e24680954f75b675772f19');
INSERT INTO "email_claims" VALUES('here','come@courriel.example','20111606077700','f9cf178bc81f4ae09440734fd29e5b58');
INSERT INTO "email_claims" VALUES('there','lila@courriel.example','there 20111710000303','option');
CREATE TABLE helpdesk_messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	at BIGINT NOT NULL, 
	name VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	message VARCHAR NOT NULL
);
INSERT INTO "helpdesk_messages" VALUES(1,'here',1307602860,'Lila','lila.rosemonde@courriel.example','Où est mon code ?');
INSERT INTO "helpdesk_messages" VALUES(2,'there',1307602800,'there ','lila@courriel.example','Bonjour');
CREATE TABLE in_transit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	arrives_at BIGINT NOT NULL, 
	taken_at BIGINT NOT NULL, 
	correlation VARCHAR, 
	message_id VARCHAR, 
	sender VARCHAR NOT NULL, 
	recipients JSON NOT NULL, 
	subject VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	folder VARCHAR NOT NULL, 
	raw BLOB NOT NULL
);
INSERT INTO "in_transit" VALUES(1,'here',1307606460,1307602860,'late','<d@b.example>','a@b.example','["lila.rosemonde@courriel.example"]','Bonjour','a@b.example','inbox',X'4D6573736167652D49443A203C6140622E6578616D706C653E0D0A46726F6D3A206140622E6578616D706C650D0A546F3A206C696C612E726F73656D6F6E646540636F75727269656C2E6578616D706C650D0A5375626A6563743A20426F6E6A6F75720D0A0D0AE974E920C3A974C3A90D0A');
INSERT INTO "in_transit" VALUES(2,'there',1307606400,1307602800,NULL,'<1@a.example>','there ','["lila@courriel.example"]','Bonjour','','inbox',X'726177');
CREATE TABLE installation (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "installation" VALUES('schema_version','3');
CREATE TABLE journal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	at BIGINT, 
	real_at FLOAT NOT NULL, 
	kind VARCHAR NOT NULL, 
	correlation VARCHAR, 
	data JSON NOT NULL
);
INSERT INTO "journal" VALUES(1,'here',1307602800,1.7960798368661570549e+09,'certificate-judged','test','{"verdict": "accepted", "subject": "CN=Sylvain QU\u00c9ROUAULT,C=FR", "fingerprint": "8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528"}');
INSERT INTO "journal" VALUES(2,'here',1307602800,1.79607983686617207527e+09,'session-opened','test','{"subscriber_number": "20100420002051", "access": "certificate"}');
INSERT INTO "journal" VALUES(3,'here',1307602800,1.79607983687085103995e+09,'warning-taken','test','{"subscriber_number": "20100420002051"}');
INSERT INTO "journal" VALUES(4,'here',1307602800,1.79607983688452601429e+09,'credentials-chosen','test','{"subscriber_number": "20100420002051", "email": "sylvain.un@courriel.example"}');
INSERT INTO "journal" VALUES(5,'here',1307602800,1.79607983688901209828e+09,'option-accepted','test','{"subscriber_number": "20100420002051", "email": "sylvain.un@courriel.example", "option": "0ccd2c23f32c4b3297b6501e89613c6f", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO "journal" VALUES(6,'here',1307602800,1.79607983688902306555e+09,'mail-queued','test','{"option": "0ccd2c23f32c4b3297b6501e89613c6f", "to": "sylvain.un@courriel.example"}');
INSERT INTO "journal" VALUES(7,'here',1307602860,1.79607983689281105999e+09,'certificate-judged','test','{"verdict": "accepted", "subject": "CN=Sylvain QU\u00c9ROUAULT,C=FR", "fingerprint": "8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528"}');
INSERT INTO "journal" VALUES(8,'here',1307602860,1.7960798368928189277e+09,'session-opened','test','{"subscriber_number": "20100420002051", "access": "certificate"}');
INSERT INTO "journal" VALUES(9,'here',1307602860,1.79607983689313602444e+09,'warning-taken','test','{"subscriber_number": "20100420002051"}');
INSERT INTO "journal" VALUES(10,'here',1307602860,1796079836.89556,'credentials-chosen','test','{"subscriber_number": "20100420002051", "email": "sylvain.deux@courriel.example"}');
INSERT INTO "journal" VALUES(11,'here',1307602860,1.79607983689656496052e+09,'option-accepted','test','{"subscriber_number": "20100420002051", "email": "sylvain.deux@courriel.example", "option": "d053528c4f374b18bd83587780383ced", "state": {"from": "pending", "to": "pending"}}');
INSERT INTO "journal" VALUES(12,'here',1307602860,1796079836.89657,'mail-queued','test','{"option": "d053528c4f374b18bd83587780383ced", "to": "sylvain.deux@courriel.example"}');
INSERT INTO "journal" VALUES(13,'here',1307602860,1.7960798368969480991e+09,'certificate-judged','test','{"verdict": "accepted", "subject": "CN=Lila ROSEMONDE,C=FR", "fingerprint": "a67449052c1ee56124adf9dd9af47f79b65c6294d706d6c7668876ac669f192e"}');
INSERT INTO "journal" VALUES(14,'here',1307602860,1.79607983689695191388e+09,'session-opened','test','{"subscriber_number": "20111710000303", "access": "certificate"}');
INSERT INTO "journal" VALUES(15,'here',1307602860,1.79607983689713501928e+09,'warning-taken','test','{"subscriber_number": "20111710000303"}');
INSERT INTO "journal" VALUES(16,'here',1307602860,1.7960798368976519108e+09,'credentials-chosen','test','{"subscriber_number": "20111710000303", "email": "lila.rosemonde@courriel.example"}');
INSERT INTO "journal" VALUES(17,'here',1307602860,1.79607983689806509014e+09,'option-accepted','test','{"subscriber_number": "20111710000303", "email": "lila.rosemonde@courriel.example", "option": "da3df4ebcd414e7ab5321e2a3c406d1d", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO "journal" VALUES(18,'here',1307602860,1.79607983689806795114e+09,'mail-queued','test','{"option": "da3df4ebcd414e7ab5321e2a3c406d1d", "to": "lila.rosemonde@courriel.example"}');
INSERT INTO "journal" VALUES(19,'here',1307602860,1.79607983690029191967e+09,'code-accepted','test','{"email": "lila.rosemonde@courriel.example", "option": "da3df4ebcd414e7ab5321e2a3c406d1d", "subscriber_number": "20111710000303"}');
INSERT INTO "journal" VALUES(20,'here',1307602860,1.79607983690316700938e+09,'window-fetched','test','{"option": "da3df4ebcd414e7ab5321e2a3c406d1d", "subscriber_number": "20111710000303"}');
INSERT INTO "journal" VALUES(21,'here',1307602860,1.79607983690317392347e+09,'space-activated','test','{"subscriber_number": "20111710000303", "option": "da3df4ebcd414e7ab5321e2a3c406d1d", "state": {"from": "pending", "to": "password"}, "sessions_ended": 1}');
INSERT INTO "journal" VALUES(22,'here',1307602860,1.79607983690366291998e+09,'certificate-judged','test','{"verdict": "accepted", "subject": "CN=Th\u00e9o L\u0152VENBRUCK,C=FR", "fingerprint": "8d25be8ded2ce8aa6e48a14d3b79004a6cf1f5a49ceb1765862041ed361e6118"}');
INSERT INTO "journal" VALUES(23,'here',1307602860,1.79607983690366697308e+09,'session-opened','test','{"subscriber_number": "20111500000412", "access": "certificate"}');
INSERT INTO "journal" VALUES(24,'here',1307602860,1.79607983690387392047e+09,'warning-taken','test','{"subscriber_number": "20111500000412"}');
INSERT INTO "journal" VALUES(25,'here',1307602860,1.79607983690417289737e+09,'credentials-chosen','test','{"subscriber_number": "20111500000412", "email": "theo@courriel.example"}');
INSERT INTO "journal" VALUES(26,'here',1307602860,1.79607983690457201006e+09,'option-accepted','test','{"subscriber_number": "20111500000412", "email": "theo@courriel.example", "option": "f39ab237a8e24680954f75b675772f19", "state": {"from": "certificate", "to": "pending"}}');
INSERT INTO "journal" VALUES(27,'here',1307602860,1.79607983690457510949e+09,'mail-queued','test','{"option": "f39ab237a8e24680954f75b675772f19", "to": "theo@courriel.example"}');
INSERT INTO "journal" VALUES(28,'here',1307602860,1.79607983690506505967e+09,'creation-begun','test','{"mode": "expert", "companies": 1}');
INSERT INTO "journal" VALUES(29,'here',1307602860,1.79607983690575909617e+09,'credentials-chosen','test','{"subscriber_number": null, "email": "come@courriel.example"}');
INSERT INTO "journal" VALUES(30,'here',1307602860,1.79607983690626502037e+09,'option-accepted','test','{"subscriber_number": "20111606077700", "email": "come@courriel.example", "option": "f9cf178bc81f4ae09440734fd29e5b58", "state": {"from": null, "to": "pending"}}');
INSERT INTO "journal" VALUES(31,'here',1307602860,1.79607983690626788137e+09,'mail-queued','test','{"option": "f9cf178bc81f4ae09440734fd29e5b58", "to": "come@courriel.example"}');
INSERT INTO "journal" VALUES(32,'here',1307602860,1.79607983690695095064e+09,'refused','test','{"refusal": "activation-refused", "rule": "ACT-14", "reason": "code-wrong", "email": "lila.rosemonde@courriel.example"}');
INSERT INTO "journal" VALUES(33,'there',1307602800,1307602800.0,'kind','there ','{"a": [1]}');
CREATE TABLE mail_recipients (
	realm VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	mail INTEGER NOT NULL, 
	PRIMARY KEY (realm, address, mail), 
	FOREIGN KEY(mail) REFERENCES mailbox (id) ON DELETE CASCADE
);
INSERT INTO "mail_recipients" VALUES('here','lila.rosemonde@courriel.example',1);
INSERT INTO "mail_recipients" VALUES('here','lila.rosemonde@courriel.example',2);
INSERT INTO "mail_recipients" VALUES('there','lila@courriel.example',3);
CREATE TABLE mailbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	message_id VARCHAR, 
	sender VARCHAR NOT NULL, 
	recipients JSON NOT NULL, 
	subject VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	received_at BIGINT NOT NULL, 
	read BOOLEAN NOT NULL, 
	folder VARCHAR NOT NULL, 
	raw BLOB NOT NULL
);
INSERT INTO "mailbox" VALUES(1,'here','<a@b.example>','a@b.example','["lila.rosemonde@courriel.example"]','Bonjour','a@b.example',1307602860,0,'inbox',X'4D6573736167652D49443A203C6140622E6578616D706C653E0D0A46726F6D3A206140622E6578616D706C650D0A546F3A206C696C612E726F73656D6F6E646540636F75727269656C2E6578616D706C650D0A5375626A6563743A20426F6E6A6F75720D0A0D0AE974E920C3A974C3A90D0A');
INSERT INTO "mailbox" VALUES(2,'here','<c@b.example>','a@b.example','["lila.rosemonde@courriel.example"]','Bonjour','a@b.example',1307602860,1,'spam',X'4D6573736167652D49443A203C6140622E6578616D706C653E0D0A46726F6D3A206140622E6578616D706C650D0A546F3A206C696C612E726F73656D6F6E646540636F75727269656C2E6578616D706C650D0A5375626A6563743A20426F6E6A6F75720D0A0D0AE974E920C3A974C3A90D0A');
INSERT INTO "mailbox" VALUES(3,'there','<1@a.example>','there ','["lila@courriel.example"]','Bonjour','',1307602800,0,'inbox',X'726177');
CREATE TABLE options (
	realm VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	subscriber_number VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	credentials JSON NOT NULL, 
	code VARCHAR NOT NULL, 
	queued_at BIGINT NOT NULL, 
	sent_at BIGINT, 
	replaced_at BIGINT, 
	used_at BIGINT, 
	lapse_noted BOOLEAN NOT NULL, 
	founds JSON, 
	PRIMARY KEY (realm, id), 
	UNIQUE (realm, subscriber_number, position)
);
INSERT INTO "options" VALUES('here','0ccd2c23f32c4b3297b6501e89613c6f','20100420002051',0,'{"email": "sylvain.un@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$6OjbNgx8TWgyP+mh/H7VXg$WAIzBc4qJ6ITdmnB5KtBHduIMqSJKSiZjvLoeI6HsLk", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','ewbmEzWQKCJZ',1307602800,NULL,1307602860,NULL,0,NULL);
INSERT INTO "options" VALUES('here','d053528c4f374b18bd83587780383ced','20100420002051',1,'{"email": "sylvain.deux@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$mcgoidVhencqgk5Yu04C3Q$ch5IInJP+z3/jSqJcEK84DbGPN+Dm6lQW5kE2/pIabk", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','U4XkZnVNB5qG',1307602860,NULL,NULL,NULL,0,NULL);
INSERT INTO "options" VALUES('here','da3df4ebcd414e7ab5321e2a3c406d1d','20111710000303',0,'{"email": "lila.rosemonde@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$n0EN5z0BH+lHSAOkY4sGHg$ZMmrHIBuhu0srx5p1BKwNAzuy2WkbX1iF3ZCYjGC1aE", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','WSLSSUFTuUQB',1307602860,1307602860,NULL,1307602860,0,NULL);
INSERT INTO "options" VALUES('here','f39ab237a8e24680954f75b675772f19','20111500000412',0,'{"email": "theo@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$9w2uTyi/iuQCKZzzRz9J2Q$+HCvZMYFXBSznYUQMxbKGPuLbY1pUTnRbFN5izq8bcs", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','afAN4evV3PTH',1307602860,1307602860,NULL,NULL,0,NULL);
INSERT INTO "options" VALUES('here','f9cf178bc81f4ae09440734fd29e5b58','20111606077700',0,'{"email": "come@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$zntpYlVNH7Pj1iR/EB5nzA$w+xNgMzM2VUyt+xM9SS540xaxl1PQrehvmGDFSKpsk4", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','nNcFZGUb8v6v',1307602860,NULL,NULL,NULL,0,'{"subscriber_number": "20111606077700", "created_on": "2011-06-09", "holder": {"civility": "Monsieur", "last_name": "Aub\u00e9pin", "first_name": "C\u00f4me", "phone": "01 99 00 12 34", "street": "3 rue des \u00c9glantiers", "postcode": "75011", "town": "Paris", "country": "FRANCE"}, "companies": [{"siren": "732829320", "siret": "73282932000017", "name": "ENTREPRISE 732829320", "foreign": false, "services": []}], "email": "come@courriel.example"}');
INSERT INTO "options" VALUES('there','option','20111710000303',0,'{"email": "lila@courriel.example", "password_hash": "$argon2id$\u00e9\"''\\", "question": "Quel est votre surnom ?", "answer": "l''\u0152il \u00ab \u20ac \u00bb \ud83d\ude00\u00a0"}','there 5Xnmyx5kZbX8',1307602800,NULL,NULL,NULL,0,NULL);
CREATE TABLE outbox (
	realm VARCHAR NOT NULL, 
	option_id VARCHAR NOT NULL, 
	correlation VARCHAR NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	attempt_at BIGINT, 
	PRIMARY KEY (realm, option_id)
);
INSERT INTO "outbox" VALUES('here','0ccd2c23f32c4b3297b6501e89613c6f','test',1307602800,0,NULL);
INSERT INTO "outbox" VALUES('here','d053528c4f374b18bd83587780383ced','test',1307602860,0,NULL);
INSERT INTO "outbox" VALUES('here','f9cf178bc81f4ae09440734fd29e5b58','test',1307602860,0,NULL);
INSERT INTO "outbox" VALUES('there','option','there ',1307602800,0,NULL);
CREATE TABLE personas (
	realm VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	"case" VARCHAR NOT NULL, 
	subscriber_number VARCHAR, 
	certificate_not_before BIGINT NOT NULL, 
	certificate_not_after BIGINT NOT NULL, 
	fingerprint VARCHAR, 
	store_with JSON NOT NULL, 
	password VARCHAR, 
	PRIMARY KEY (realm, id)
);
INSERT INTO "personas" VALUES('here','lila',0,'La personne de la fiche, une seule entreprise','Lila ROSEMONDE','valid','20111710000303',1305010800,1480287599,'a67449052c1ee56124adf9dd9af47f79b65c6294d706d6c7668876ac669f192e','[]',NULL);
INSERT INTO "personas" VALUES('here','theo',1,'Aucun service, espace tout juste créé','Théo LŒVENBRUCK','valid','20111500000412',1305010800,1402210800,'8d25be8ded2ce8aa6e48a14d3b79004a6cf1f5a49ceb1765862041ed361e6118','[]',NULL);
INSERT INTO "personas" VALUES('here','sylvain',3,'Cabinet comptable, boîte aux lettres partagée','Sylvain QUÉROUAULT','valid','20100420002051',1305010800,1402210800,'8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528','[]',NULL);
INSERT INTO "personas" VALUES('here','maelle',4,'Cabinet comptable, boîte aux lettres partagée','Maëlle PÉRIGNON-VASSEL','valid','20100420002052',1305010800,1402210800,'acc36bf58138f978de5349be6dc8371f17beabd3a6b1b988f8fb51b6ae37fbf4','[]',NULL);
INSERT INTO "personas" VALUES('here','aurore',5,'Cabinet comptable, boîte aux lettres partagée','Aurore FLEURY-ÇELIK','valid','20102490002977',1305010800,1402210800,'b677901a316009e8a08bf2eef70a200d92a3c35a71749c8459663017f3a66563','[]',NULL);
INSERT INTO "personas" VALUES('here','noemie',14,'Deux certificats dans un même magasin : sa boutique','Noémie DŒUILLET','valid','20101390001420',1305010800,1402210800,'f0ea71f23835f03fdbfba9296d7665ac958a5fb91ae49bd8146af1c00e7145a3','[]',NULL);
INSERT INTO "personas" VALUES('here','clemence',16,'Espace déjà converti, accès par mot de passe','Clémence HAUTEFEUILLE','converted','20090290000512',1305010800,1402210800,'1f4cafb595c33b55b06582669c4697460c3f2165d209aeeb8a26f11c581b17ba','[]','Reliure2011');
INSERT INTO "personas" VALUES('there','lila',0,'there ','Lila ROSEMONDE','valid','20111710000303',1307602800,1307606400,'fp','["theo", "noemie"]','Colibri2010');
CREATE TABLE realms (
	realm VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	clock_mode VARCHAR NOT NULL, 
	clock_shown BIGINT NOT NULL, 
	clock_real FLOAT NOT NULL, 
	policy JSON NOT NULL, 
	mode_before_move VARCHAR, 
	made_clock BIGINT, 
	made_policy JSON NOT NULL, 
	defects JSON NOT NULL, 
	PRIMARY KEY (realm)
);
INSERT INTO "realms" VALUES('here',1796079836,'frozen',1307602860,1307602800.0,'{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 7, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}',NULL,1307602800,'{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}','[]');
INSERT INTO "realms" VALUES('there',1307602800,'frozen',1307602800,1307602800.0,'{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}','frozen',NULL,'{"gate.refusal": "page", "gate.notice": "off", "session.idle": "PT30M", "home.files_per_page": 10, "email.ascii_only": true, "email.match": "casefold", "email.shared": "first", "password.requires_both": false, "password.hash_cost": "low", "activation.window": "PT48H", "activation.attempts": 5, "activation.lockout": "PT15M", "option.replace": true, "popup.mode": "automatic", "login.attempts": 5, "login.lockout": "PT15M"}','[]');
CREATE TABLE results (
	realm VARCHAR NOT NULL, 
	visitor VARCHAR NOT NULL, 
	option_id VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (realm, visitor, option_id)
);
INSERT INTO "results" VALUES('here','browser','da3df4ebcd414e7ab5321e2a3c406d1d',1307604660);
INSERT INTO "results" VALUES('there','browser','option',1307606400);
CREATE TABLE sessions (
	realm VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	way VARCHAR NOT NULL, 
	subscriber_number VARCHAR, 
	fingerprint VARCHAR, 
	certificate_end BIGINT, 
	seen_at BIGINT NOT NULL, 
	draft JSON NOT NULL, 
	PRIMARY KEY (realm, id)
);
INSERT INTO "sessions" VALUES('here','a261d82eb462207c2207904a68599886ac05732b4d439d1bfabc8bbfd1df8779','certificate','20100420002051','8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528',1402210800,1307602800,'{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO "sessions" VALUES('here','8d0bbd7080c4f4d285a23cb2bab9110f4a73db77c265bd0dea27bc1d4a7b2b40','certificate','20100420002051','8aaba5fde3c693d78a118e9b9c8cd91d818fecf4e1c0898f9cf9427416e99528',1402210800,1307602860,'{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO "sessions" VALUES('here','38695de29bccf97d76013ea8ae64d9cf09f5dcf4bf95b34c896d3c2487e51b37','certificate','20111500000412','8d25be8ded2ce8aa6e48a14d3b79004a6cf1f5a49ceb1765862041ed361e6118',1402210800,1307602860,'{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO "sessions" VALUES('here','d6bcf22a5ed3cd45fdb7b539ff87c3355c3eb8bbb4679e1f596e49a4556fc51f','creation','20111606077700',NULL,NULL,1307602860,'{"warned": false, "email": null, "password_hash": null, "application": null}');
INSERT INTO "sessions" VALUES('there','session','certificate','20111710000303','there ',1307606400,1307602800,'{"warned": true, "email": "lila@courriel.example", "password_hash": "hash", "application": null}');
CREATE TABLE snapshots (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	name VARCHAR, 
	made_at BIGINT NOT NULL, 
	size INTEGER NOT NULL, 
	mail_ids JSON NOT NULL, 
	document TEXT NOT NULL
);
INSERT INTO "snapshots" VALUES(1,'here','avant',1307602860,15553,'[1, 2]','{
 "format": 1,
 "maquette": "0.1.0",
 "realm": {
  "name": "town-1",
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
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$PjMmfmxL0Y58o9Teu/4kWw$r210idH7gX4HspUmyImGnRb+I9GbqZnVzHsTz/731Sc",
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
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$n0EN5z0BH+lHSAOkY4sGHg$ZMmrHIBuhu0srx5p1BKwNAzuy2WkbX1iF3ZCYjGC1aE",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "registered_at": "2011-06-09T07:01:00Z"
  }
 ],
 "options": [
  {
   "id": "0ccd2c23f32c4b3297b6501e89613c6f",
   "subscriber_number": "20100420002051",
   "credentials": {
    "email": "sylvain.un@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$6OjbNgx8TWgyP+mh/H7VXg$WAIzBc4qJ6ITdmnB5KtBHduIMqSJKSiZjvLoeI6HsLk",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "ewbmEzWQKCJZ",
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
   "id": "d053528c4f374b18bd83587780383ced",
   "subscriber_number": "20100420002051",
   "credentials": {
    "email": "sylvain.deux@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$mcgoidVhencqgk5Yu04C3Q$ch5IInJP+z3/jSqJcEK84DbGPN+Dm6lQW5kE2/pIabk",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "U4XkZnVNB5qG",
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
   "id": "f39ab237a8e24680954f75b675772f19",
   "subscriber_number": "20111500000412",
   "credentials": {
    "email": "theo@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$9w2uTyi/iuQCKZzzRz9J2Q$+HCvZMYFXBSznYUQMxbKGPuLbY1pUTnRbFN5izq8bcs",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "afAN4evV3PTH",
   "queued_at": "2011-06-09T07:01:00Z",
   "sent_at": "2011-06-09T07:01:00Z",
   "replaced_at": null,
   "used_at": null,
   "lapse_noted": false,
   "letter": null,
   "founds": null
  },
  {
   "id": "f9cf178bc81f4ae09440734fd29e5b58",
   "subscriber_number": "20111606077700",
   "credentials": {
    "email": "come@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$zntpYlVNH7Pj1iR/EB5nzA$w+xNgMzM2VUyt+xM9SS540xaxl1PQrehvmGDFSKpsk4",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "nNcFZGUb8v6v",
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
   "id": "da3df4ebcd414e7ab5321e2a3c406d1d",
   "subscriber_number": "20111710000303",
   "credentials": {
    "email": "lila.rosemonde@courriel.example",
    "password_hash": "$argon2id$v=19$m=8,t=1,p=1$n0EN5z0BH+lHSAOkY4sGHg$ZMmrHIBuhu0srx5p1BKwNAzuy2WkbX1iF3ZCYjGC1aE",
    "question": "Quel est votre surnom ?",
    "answer": "la Rose des vents"
   },
   "code": "WSLSSUFTuUQB",
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
  "<da3df4ebcd414e7ab5321e2a3c406d1d@dgfip.finances.example>",
  "<f39ab237a8e24680954f75b675772f19@dgfip.finances.example>"
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
INSERT INTO "snapshots" VALUES(2,'there','there ',1307602800,8,'[1]','{there }');
CREATE TABLE spaces (
	realm VARCHAR NOT NULL, 
	subscriber_number VARCHAR NOT NULL, 
	created_on VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	email_key VARCHAR NOT NULL, 
	registered_at BIGINT, 
	credentials JSON, 
	seal VARCHAR NOT NULL, 
	holder JSON NOT NULL, 
	companies JSON NOT NULL, 
	PRIMARY KEY (realm, subscriber_number)
);
INSERT INTO "spaces" VALUES('here','20111710000303','2011-01-17','lila.rosemonde@courriel.example','lila.rosemonde@courriel.example',1307602860,'{"email": "lila.rosemonde@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$n0EN5z0BH+lHSAOkY4sGHg$ZMmrHIBuhu0srx5p1BKwNAzuy2WkbX1iF3ZCYjGC1aE", "question": "Quel est votre surnom ?", "answer": "la Rose des vents"}','be99276bacf37081','{"civility": "Madame", "last_name": "Rosemonde", "first_name": "Lila", "phone": "01 99 00 17 10", "street": "12 rue des Deux-Clochers", "postcode": "75000", "town": "Paris", "country": "FRANCE"}','[{"siren": "123456782", "siret": "12345678200010", "name": "SARL MARTIN DISTRIBUTION", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "DECLARER_TS", "DECLARER_CVAE", "PAYER_TVA", "PAYER_IS", "PAYER_TS", "PAYER_CVAE", "PAYER_AUTRES", "EFFECTUER", "SUIVRE"]}]');
INSERT INTO "spaces" VALUES('here','20111500000412','2011-05-30','theo.loevenbruck@courriel.example','theo.loevenbruck@courriel.example',NULL,NULL,'51742a99382a0073','{"civility": "Monsieur", "last_name": "L\u0153venbruck", "first_name": "Th\u00e9o", "phone": "03 53 01 42 07", "street": "3 impasse du Four-\u00e0-Chaux", "postcode": "67999", "town": "H\u0153lschwiller", "country": "FRANCE"}','[]');
INSERT INTO "spaces" VALUES('here','20100420002051','2010-02-11','cabinet@compta-boisfleury.example','cabinet@compta-boisfleury.example',NULL,NULL,'1a6c981626cf64e0','{"civility": "Monsieur", "last_name": "Qu\u00e9rouault", "first_name": "Sylvain", "phone": "03 53 01 10 31", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}','[{"siren": "148429509", "siret": "14842950900018", "name": "SARL FROMAGERIE DES TROIS-RUS", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "PAYER_TVA"]}, {"siren": "145367751", "siret": "14536775100016", "name": "SARL GARAGE CH\u00c2TELET-MOUTON", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_TS", "PAYER_TVA", "PAYER_TS"]}]');
INSERT INTO "spaces" VALUES('here','20100420002052','2010-02-11','cabinet@compta-boisfleury.example','cabinet@compta-boisfleury.example',NULL,NULL,'8526971ce79ac601','{"civility": "Madame", "last_name": "P\u00e9rignon-Vassel", "first_name": "Ma\u00eblle", "phone": "03 53 01 10 32", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}','[{"siren": "144988730", "siret": "14498873000012", "name": "SAS MENUISERIE B\u0152UF ET FILS", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS"]}, {"siren": "146604798", "siret": "14660479800018", "name": "EURL SALON H\u00c9LO\u00cfSE", "foreign": false, "services": ["DECLARER_TVA", "PAYER_TVA"]}]');
INSERT INTO "spaces" VALUES('here','20102490002977','2010-09-06','cabinet@compta-boisfleury.example','cabinet@compta-boisfleury.example',NULL,NULL,'831945e891965a6c','{"civility": "Madame", "last_name": "Fleury-\u00c7elik", "first_name": "Aurore", "phone": "03 53 01 10 33", "street": "9 place du Vieux-March\u00e9", "postcode": "21999", "town": "Boisfleury-le-Ch\u00e2teau", "country": "FRANCE"}','[{"siren": "146437827", "siret": "14643782700018", "name": "SCEA DU MOULIN BR\u00dbL\u00c9", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "PAYER_TVA", "PAYER_AUTRES"]}]');
INSERT INTO "spaces" VALUES('here','20101390001420','2010-05-19','noemie.doeuillet@courriel.example','noemie.doeuillet@courriel.example',NULL,NULL,'ff49dad7dafdd54e','{"civility": "Madame", "last_name": "D\u0153uillet", "first_name": "No\u00e9mie", "phone": "06 39 98 12 73", "street": "31 rue des Tisserands-Muets", "postcode": "14999", "town": "Aubigny-les-Dunes", "country": "FRANCE"}','[{"siren": "145648614", "siret": "14564861400017", "name": "EURL LA BO\u00ceTE \u00c0 LAINE", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS"]}]');
INSERT INTO "spaces" VALUES('here','20090290000512','2009-01-29','clemence.hautefeuille@courriel.example','clemence.hautefeuille@courriel.example',1305188676,'{"email": "clemence.hautefeuille@courriel.example", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$PjMmfmxL0Y58o9Teu/4kWw$r210idH7gX4HspUmyImGnRb+I9GbqZnVzHsTz/731Sc", "question": "Quel est votre surnom ?", "answer": "Cl\u00e9m"}','b2c092e70c5631b3','{"civility": "Madame", "last_name": "Hautefeuille", "first_name": "Cl\u00e9mence", "phone": "06 39 98 55 08", "street": "2 rue du Puits-\u00e0-Roue", "postcode": "45999", "town": "Germeval-l''\u00c9v\u00eaque", "country": "FRANCE"}','[{"siren": "149336315", "siret": "14933631500010", "name": "SARL HAUTEFEUILLE RELIURE", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "PAYER_TVA", "PAYER_IS", "EFFECTUER", "SUIVRE"]}]');
INSERT INTO "spaces" VALUES('there','20111710000303','2011-01-17','there lila@courriel.example','lila@courriel.example',NULL,NULL,'e96ea05e9dd2e9a8','{"civility": "Monsieur", "last_name": "Loevenbruck", "first_name": "Th\u00e9o", "phone": "01 99", "street": "1 rue de l''\u0152uf", "postcode": "57999", "town": "Metz", "country": "FRANCE"}','[{"siren": "123456782", "siret": "12345678200010", "name": "SARL MARTIN", "foreign": false, "services": ["COMPTE_FISCAL", "DECLARER_TVA", "DECLARER_IS", "DECLARER_TS", "DECLARER_CVAE", "PAYER_TVA", "PAYER_IS", "PAYER_TS", "PAYER_CVAE", "PAYER_AUTRES", "EFFECTUER", "SUIVRE"]}, {"siren": "145648614", "siret": "14564861400017", "name": "\u00c9T\u00c9 & \u00ab FILS \u00bb", "foreign": true, "services": []}]');
CREATE TABLE turned_away (
	realm VARCHAR NOT NULL, 
	mail VARCHAR NOT NULL, 
	times INTEGER NOT NULL, 
	PRIMARY KEY (realm, mail)
);
INSERT INTO "turned_away" VALUES('here','<e@b.example>',1);
INSERT INTO "turned_away" VALUES('there','<2@a.example>',1);
CREATE TABLE undelivered (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	at BIGINT NOT NULL, 
	outcome VARCHAR NOT NULL, 
	recipients JSON NOT NULL, 
	mail_before INTEGER NOT NULL
);
INSERT INTO "undelivered" VALUES(1,'here',1307602860,'bounced','["lila.rosemonde@courriel.example"]',2);
INSERT INTO "undelivered" VALUES(2,'there',1307602800,'lost','["there "]',3);
CREATE TABLE wrong_tries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	realm VARCHAR, 
	lock VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	at BIGINT NOT NULL
);
INSERT INTO "wrong_tries" VALUES(1,'here','activation','lila.rosemonde@courriel.example',1307602860);
INSERT INTO "wrong_tries" VALUES(2,'there','login','lila@courriel.example',1307602800);
CREATE INDEX personas_by_position ON personas (realm, position);
CREATE INDEX personas_by_certificate ON personas (realm, fingerprint);
CREATE INDEX personas_by_number ON personas (realm, subscriber_number);
CREATE INDEX spaces_by_email ON spaces (realm, email_key);
CREATE INDEX converted_spaces ON spaces (realm, email_key, subscriber_number) WHERE credentials IS NOT NULL;
CREATE INDEX wrong_tries_by_key ON wrong_tries (realm, lock, "key");
CREATE INDEX sessions_by_space ON sessions (realm, subscriber_number);
CREATE INDEX outbox_by_due ON outbox (realm, due_at);
CREATE INDEX mailbox_by_realm ON mailbox (realm, id);
CREATE INDEX in_transit_by_arrival ON in_transit (realm, arrives_at);
CREATE INDEX undelivered_by_realm ON undelivered (realm, id);
CREATE INDEX snapshots_by_realm ON snapshots (realm, id);
CREATE INDEX journal_by_realm ON journal (realm, id);
CREATE INDEX helpdesk_messages_by_realm ON helpdesk_messages (realm, id);
CREATE INDEX ix_mail_recipients_mail ON mail_recipients (mail);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('wrong_tries',2);
INSERT INTO "sqlite_sequence" VALUES('journal',33);
INSERT INTO "sqlite_sequence" VALUES('mailbox',3);
INSERT INTO "sqlite_sequence" VALUES('in_transit',2);
INSERT INTO "sqlite_sequence" VALUES('undelivered',2);
INSERT INTO "sqlite_sequence" VALUES('helpdesk_messages',2);
INSERT INTO "sqlite_sequence" VALUES('snapshots',2);
COMMIT;
