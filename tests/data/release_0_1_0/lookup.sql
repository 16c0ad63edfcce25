BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE audit (
	position INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR(200) NOT NULL, 
	address VARCHAR(64), 
	action VARCHAR(100) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	correlation_id VARCHAR(64) NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (position)
);
CREATE TABLE certificate (
	certificate_id CHAR(32) NOT NULL, 
	number_key VARCHAR(40) NOT NULL, 
	educator_id CHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	told JSON NOT NULL, 
	document TEXT NOT NULL, 
	good_through DATE NOT NULL, 
	CONSTRAINT pk_certificate PRIMARY KEY (certificate_id), 
	CONSTRAINT uq_certificate_number_key UNIQUE (number_key)
);
INSERT INTO "certificate" VALUES('01a231acd07478e8bed4f546ba513b47','K00900001','01a231accf4c71b3a3de483423746bde',1,'{"version":1,"certificate_id":"01a231ac-d074-78e8-bed4-f546ba513b47","certificate_number":"K00900001","educator_id":"01a231ac-cf4c-71b3-a3de-483423746bde","educator_number":"200100001","holder_name":"Orla June Fernsby","holder_last_name":"Fernsby","former_last_names":[],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"SEC_ENGLISH","title":"Secondary English","lowest_grade":8,"highest_grade":12,"population":"general"},{"code":"LITERACY","title":"Literacy Specialist/Reading","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","restrictions":[]}','{"certificate_number":"K00900001","educator_number":"200100001","holder_name":"Orla June Fernsby","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_ENGLISH","title":"Secondary English","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"},{"code":"LITERACY","title":"Literacy Specialist/Reading","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","status":"active","status_text":"Active","notices":[]}','2028-06-30');
INSERT INTO "certificate" VALUES('01a231acd0787a1f971b3e67d7b243f1','K00900002','01a231accf4e7183a1a46e9c6046c6da',1,'{"version":1,"certificate_id":"01a231ac-d078-7a1f-971b-3e67d7b243f1","certificate_number":"K00900002","educator_id":"01a231ac-cf4e-7183-a1a4-6e9c6046c6da","educator_number":"200100002","holder_name":"Thaddeus Quillfeather","holder_last_name":"Quillfeather","former_last_names":[],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"SEC_CHEMISTRY","title":"Secondary Chemistry","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"III","issued_on":"2022-07-01","effective_on":"2022-07-01","expires_on":"2027-06-30","restrictions":[]}','{"certificate_number":"K00900002","educator_number":"200100002","holder_name":"Thaddeus Quillfeather","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_CHEMISTRY","title":"Secondary Chemistry","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"III","issued_on":"2022-07-01","effective_on":"2022-07-01","expires_on":"2027-06-30","status":"active","status_text":"Active","notices":[]}','2027-06-30');
INSERT INTO "certificate" VALUES('01a231acd07a7b2d956079e38385afb1','K00900003','01a231accf4f7ebbb5a8da42a2382ea5',1,'{"version":1,"certificate_id":"01a231ac-d07a-7b2d-9560-79e38385afb1","certificate_number":"K00900003","educator_id":"01a231ac-cf4f-7ebb-b5a8-da42a2382ea5","educator_number":"200100003","holder_name":"María José Peñaflor-Ruiz","holder_last_name":"Peñaflor-Ruiz","former_last_names":["Peñaflor"],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"ELEM","title":"Elementary School","lowest_grade":0,"highest_grade":5,"population":"general"},{"code":"ESL","title":"English as a Second Language","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2024-07-01","effective_on":"2024-07-01","expires_on":"2029-06-30","restrictions":[]}','{"certificate_number":"K00900003","educator_number":"200100003","holder_name":"María José Peñaflor-Ruiz","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"ELEM","title":"Elementary School","grades":"Primary through grade 5","lowest_grade":0,"highest_grade":5,"population":"general"},{"code":"ESL","title":"English as a Second Language","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2024-07-01","effective_on":"2024-07-01","expires_on":"2029-06-30","status":"active","status_text":"Active","notices":[]}','2029-06-30');
INSERT INTO "certificate" VALUES('01a231acd07b77c782f6f8f02b5f05c2','K00900004','01a231accf4f7d67940879de4ca8704b',1,'{"version":1,"certificate_id":"01a231ac-d07b-77c7-82f6-f8f02b5f05c2","certificate_number":"K00900004","educator_id":"01a231ac-cf4f-7d67-9408-79de4ca8704b","educator_number":"200100004","holder_name":"Desmond A Lantern Jr.","holder_last_name":"Lantern","former_last_names":[],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"SEC_SOCIAL","title":"Secondary Social Studies","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2019-07-01","effective_on":"2019-07-01","expires_on":"2024-06-30","restrictions":[]}','{"certificate_number":"K00900004","educator_number":"200100004","holder_name":"Desmond A Lantern Jr.","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_SOCIAL","title":"Secondary Social Studies","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2019-07-01","effective_on":"2019-07-01","expires_on":"2024-06-30","status":"expired","status_text":"Expired","notices":[]}','9999-12-31');
INSERT INTO "certificate" VALUES('01a231acd07d77cb93f4e5d3195b8912','K00900005','01a231accf507dc7b67e6dd71becfd62',1,'{"version":1,"certificate_id":"01a231ac-d07d-77cb-93f4-e5d3195b8912","certificate_number":"K00900005","educator_id":"01a231ac-cf50-7dc7-b67e-6dd71becfd62","educator_number":"200100005","holder_name":"Priya Vellichor","holder_last_name":"Vellichor","former_last_names":["Marchbanks"],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"MS_MATH","title":"Middle School Mathematics","lowest_grade":5,"highest_grade":9,"population":"general"},{"code":"MS_SCIENCE","title":"Middle School Science","lowest_grade":5,"highest_grade":9,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","restrictions":[]}','{"certificate_number":"K00900005","educator_number":"200100005","holder_name":"Priya Vellichor","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"MS_MATH","title":"Middle School Mathematics","grades":"Grades 5 through 9","lowest_grade":5,"highest_grade":9,"population":"general"},{"code":"MS_SCIENCE","title":"Middle School Science","grades":"Grades 5 through 9","lowest_grade":5,"highest_grade":9,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","status":"active","status_text":"Active","notices":[]}','2028-06-30');
INSERT INTO "certificate" VALUES('01a231acd07f72de9d5bb01d0281d7dd','K00900006','01a231accf507316ba44cd98a64264d0',1,'{"version":1,"certificate_id":"01a231ac-d07f-72de-9d5b-b01d0281d7dd","certificate_number":"K00900006","educator_id":"01a231ac-cf50-7316-ba44-cd98a64264d0","educator_number":"200100006","holder_name":"Silas O''Thistle","holder_last_name":"O''Thistle","former_last_names":[],"certificate_type":"TPROV","certificate_title":"Temporary Provisional Certificate for Teaching","authorizations":[{"code":"LBD","title":"Exceptional Children: Learning and Behavior Disorders","lowest_grade":0,"highest_grade":12,"population":"learning_behavior"}],"rank":null,"issued_on":"2026-07-01","effective_on":"2026-07-01","expires_on":"2027-06-30","restrictions":[]}','{"certificate_number":"K00900006","educator_number":"200100006","holder_name":"Silas O''Thistle","title":"Temporary Provisional Certificate for Teaching","type":"TPROV","authorizations":[{"code":"LBD","title":"Exceptional Children: Learning and Behavior Disorders","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"learning_behavior"}],"rank":null,"issued_on":"2026-07-01","effective_on":"2026-07-01","expires_on":"2027-06-30","status":"active","status_text":"Active","notices":[]}','2027-06-30');
INSERT INTO "certificate" VALUES('01a231acd77376ef822c56ef1050370e','KY20260100001','01a231acd1d9749da3d9e4c403830dfe',1,'{"version":1,"certificate_id":"01a231ac-d773-76ef-822c-56ef1050370e","certificate_number":"KY-2026-0100001","educator_id":"01a231ac-d1d9-749d-a3d9-e4c403830dfe","educator_number":"202600001","holder_name":"Leopold Thistledown-Gxdlf","holder_last_name":"Thistledown-Gxdlf","former_last_names":[],"certificate_type":"PROF","certificate_title":"Professional Certificate for Teaching","authorizations":[{"code":"SEC_MATH","title":"Secondary Mathematics","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":null,"issued_on":"2026-12-01","effective_on":"2026-12-01","expires_on":"2031-06-30","restrictions":[]}','{"certificate_number":"KY-2026-0100001","educator_number":"202600001","holder_name":"Leopold Thistledown-Gxdlf","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_MATH","title":"Secondary Mathematics","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":null,"issued_on":"2026-12-01","effective_on":"2026-12-01","expires_on":"2031-06-30","status":"active","status_text":"Active","notices":[]}','2031-06-30');
CREATE TABLE educator (
	educator_id CHAR(32) NOT NULL, 
	number_key VARCHAR(40) NOT NULL, 
	educator_number VARCHAR(40) NOT NULL, 
	document TEXT NOT NULL, 
	good_through DATE NOT NULL, 
	CONSTRAINT pk_educator PRIMARY KEY (educator_id), 
	CONSTRAINT uq_educator_educator_number UNIQUE (educator_number), 
	CONSTRAINT uq_educator_number_key UNIQUE (number_key)
);
INSERT INTO "educator" VALUES('01a231accf4c71b3a3de483423746bde','200100001','200100001','{"educator_number":"200100001","name":"Orla June Fernsby","former_last_names":[],"certificates":[{"certificate_number":"K00900001","educator_number":"200100001","holder_name":"Orla June Fernsby","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_ENGLISH","title":"Secondary English","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"},{"code":"LITERACY","title":"Literacy Specialist/Reading","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","status":"active","status_text":"Active","notices":[]}]}','2028-06-30');
INSERT INTO "educator" VALUES('01a231accf4e7183a1a46e9c6046c6da','200100002','200100002','{"educator_number":"200100002","name":"Thaddeus Quillfeather","former_last_names":[],"certificates":[{"certificate_number":"K00900002","educator_number":"200100002","holder_name":"Thaddeus Quillfeather","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_CHEMISTRY","title":"Secondary Chemistry","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"III","issued_on":"2022-07-01","effective_on":"2022-07-01","expires_on":"2027-06-30","status":"active","status_text":"Active","notices":[]}]}','2027-06-30');
INSERT INTO "educator" VALUES('01a231accf4f7ebbb5a8da42a2382ea5','200100003','200100003','{"educator_number":"200100003","name":"María José Peñaflor-Ruiz","former_last_names":["Peñaflor"],"certificates":[{"certificate_number":"K00900003","educator_number":"200100003","holder_name":"María José Peñaflor-Ruiz","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"ELEM","title":"Elementary School","grades":"Primary through grade 5","lowest_grade":0,"highest_grade":5,"population":"general"},{"code":"ESL","title":"English as a Second Language","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2024-07-01","effective_on":"2024-07-01","expires_on":"2029-06-30","status":"active","status_text":"Active","notices":[]}]}','2029-06-30');
INSERT INTO "educator" VALUES('01a231accf4f7d67940879de4ca8704b','200100004','200100004','{"educator_number":"200100004","name":"Desmond A Lantern Jr.","former_last_names":[],"certificates":[{"certificate_number":"K00900004","educator_number":"200100004","holder_name":"Desmond A Lantern Jr.","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_SOCIAL","title":"Secondary Social Studies","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":"I","issued_on":"2019-07-01","effective_on":"2019-07-01","expires_on":"2024-06-30","status":"expired","status_text":"Expired","notices":[]}]}','9999-12-31');
INSERT INTO "educator" VALUES('01a231accf507dc7b67e6dd71becfd62','200100005','200100005','{"educator_number":"200100005","name":"Priya Vellichor","former_last_names":["Marchbanks"],"certificates":[{"certificate_number":"K00900005","educator_number":"200100005","holder_name":"Priya Vellichor","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"MS_MATH","title":"Middle School Mathematics","grades":"Grades 5 through 9","lowest_grade":5,"highest_grade":9,"population":"general"},{"code":"MS_SCIENCE","title":"Middle School Science","grades":"Grades 5 through 9","lowest_grade":5,"highest_grade":9,"population":"general"}],"rank":"II","issued_on":"2023-07-01","effective_on":"2023-07-01","expires_on":"2028-06-30","status":"active","status_text":"Active","notices":[]}]}','2028-06-30');
INSERT INTO "educator" VALUES('01a231accf507316ba44cd98a64264d0','200100006','200100006','{"educator_number":"200100006","name":"Silas O''Thistle","former_last_names":[],"certificates":[{"certificate_number":"K00900006","educator_number":"200100006","holder_name":"Silas O''Thistle","title":"Temporary Provisional Certificate for Teaching","type":"TPROV","authorizations":[{"code":"LBD","title":"Exceptional Children: Learning and Behavior Disorders","grades":"Primary through grade 12","lowest_grade":0,"highest_grade":12,"population":"learning_behavior"}],"rank":null,"issued_on":"2026-07-01","effective_on":"2026-07-01","expires_on":"2027-06-30","status":"active","status_text":"Active","notices":[]}]}','2027-06-30');
INSERT INTO "educator" VALUES('01a231acd1d9749da3d9e4c403830dfe','202600001','202600001','{"educator_number":"202600001","name":"Leopold Thistledown-Gxdlf","former_last_names":[],"certificates":[{"certificate_number":"KY-2026-0100001","educator_number":"202600001","holder_name":"Leopold Thistledown-Gxdlf","title":"Professional Certificate for Teaching","type":"PROF","authorizations":[{"code":"SEC_MATH","title":"Secondary Mathematics","grades":"Grades 8 through 12","lowest_grade":8,"highest_grade":12,"population":"general"}],"rank":null,"issued_on":"2026-12-01","effective_on":"2026-12-01","expires_on":"2031-06-30","status":"active","status_text":"Active","notices":[]}]}','2031-06-30');
CREATE TABLE freshness (
	freshness_id INTEGER NOT NULL, 
	as_of DATETIME NOT NULL, 
	CONSTRAINT pk_freshness PRIMARY KEY (freshness_id)
);
INSERT INTO "freshness" VALUES(1,'2026-12-01 12:55:41.338219');
CREATE TABLE idempotency (
	client VARCHAR(200) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	status INTEGER NOT NULL, 
	response JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_idempotency PRIMARY KEY (client, "key")
);
CREATE TABLE inbox (
	event_id CHAR(32) NOT NULL, 
	topic VARCHAR(100) NOT NULL, 
	handled_at DATETIME NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY (event_id)
);
INSERT INTO "inbox" VALUES('33d2926b2d3e5056b9c66549934f4ff6','identity.signing-keys-changed.v1','2026-12-01 12:55:38.856045');
INSERT INTO "inbox" VALUES('0bb1a45d12e7564d88f5c87409c61198','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('13e139e53f215308af09c94f9b41565f','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('332c2ac0a82752b68f21070bf4632b0f','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('75881b29d4d95d4bafdb9f75a6e6dbab','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('855c8a6e5ddc58bab586a13b52669771','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('d1e240a3e2a953a291e3410956f30ae7','certification.certificate-issued.v1','2026-12-01 12:55:38.891413');
INSERT INTO "inbox" VALUES('eceeb6b5e6c25ba189113ff535ad92b7','certification.certificate-issued.v1','2026-12-01 12:55:40.673034');
CREATE TABLE inbox_failure (
	event_id CHAR(32) NOT NULL, 
	attempts INTEGER NOT NULL, 
	not_before DATETIME NOT NULL, 
	error TEXT NOT NULL, 
	CONSTRAINT pk_inbox_failure PRIMARY KEY (event_id)
);
CREATE TABLE name (
	last VARCHAR(200) NOT NULL, 
	first VARCHAR(200) NOT NULL, 
	educator_number VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_name PRIMARY KEY (last, first, educator_number)
)
 WITHOUT ROWID

;
INSERT INTO "name" VALUES('fernsby','orla june','200100001');
INSERT INTO "name" VALUES('quillfeather','thaddeus','200100002');
INSERT INTO "name" VALUES('penaflor','maria jose','200100003');
INSERT INTO "name" VALUES('penaflorruiz','maria jose','200100003');
INSERT INTO "name" VALUES('ruiz','maria jose','200100003');
INSERT INTO "name" VALUES('lantern','desmond a','200100004');
INSERT INTO "name" VALUES('marchbanks','priya','200100005');
INSERT INTO "name" VALUES('vellichor','priya','200100005');
INSERT INTO "name" VALUES('othistle','silas','200100006');
INSERT INTO "name" VALUES('gxdlf','leopold','202600001');
INSERT INTO "name" VALUES('thistledowngxdlf','leopold','202600001');
CREATE TABLE number_series (
	series VARCHAR(100) NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_number_series PRIMARY KEY (series)
);
CREATE TABLE outbox (
	position INTEGER NOT NULL, 
	event_id CHAR(32) NOT NULL, 
	topic VARCHAR(100) NOT NULL, 
	body BLOB NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	published_at DATETIME, 
	CONSTRAINT pk_outbox PRIMARY KEY (position), 
	CONSTRAINT uq_outbox_event_id UNIQUE (event_id)
);
CREATE TABLE parked (
	parked_id CHAR(32) NOT NULL, 
	topic VARCHAR(100) NOT NULL, 
	body BLOB NOT NULL, 
	reason TEXT NOT NULL, 
	parked_at DATETIME NOT NULL, 
	CONSTRAINT pk_parked PRIMARY KEY (parked_id)
);
CREATE TABLE queue_seen (
	queue VARCHAR(100) NOT NULL, 
	waiting INTEGER NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_queue_seen PRIMARY KEY (queue)
);
CREATE TABLE schedule_run (
	job VARCHAR(100) NOT NULL, 
	day DATE NOT NULL, 
	ran_at DATETIME NOT NULL, 
	CONSTRAINT pk_schedule_run PRIMARY KEY (job, day)
);
CREATE TABLE signing_key (
	kid VARCHAR(64) NOT NULL, 
	issuer VARCHAR(100) NOT NULL, 
	version INTEGER NOT NULL, 
	public_jwk JSON NOT NULL, 
	CONSTRAINT pk_signing_key PRIMARY KEY (kid)
);
INSERT INTO "signing_key" VALUES('Hnxez7pBLHm0Pk1lA9OdAZtapOph8vXd28OtRuazinI','credence-identity',1,'{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "Hnxez7pBLHm0Pk1lA9OdAZtapOph8vXd28OtRuazinI", "x": "wyOZK7abFfprxSko98X2fsoer0vOoW2_L3RyBjhtuaI", "y": "DMEtpmr_nZF2odlONEBj0edmWg5m6N0dYbQ-MxCOvBg"}');
CREATE TABLE stream_offset (
	stream VARCHAR(100) NOT NULL, 
	position INTEGER NOT NULL, 
	event_at DATETIME NOT NULL, 
	CONSTRAINT pk_stream_offset PRIMARY KEY (stream)
);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE INDEX ix_certificate_educator_id ON certificate (educator_id);
CREATE INDEX ix_educator_good_through ON educator (good_through);
CREATE INDEX ix_name_educator_number ON name (educator_number);
CREATE INDEX ix_outbox_waiting ON outbox (position) WHERE published_at IS NULL;
COMMIT;
