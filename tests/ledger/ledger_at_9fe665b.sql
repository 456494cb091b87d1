BEGIN TRANSACTION;
CREATE TABLE attempted_loads (
	load_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (load_id), 
	FOREIGN KEY(load_id) REFERENCES loads (load_id)
);
INSERT INTO "attempted_loads" VALUES('13f526e1bbec4a939f3afc691814067e');
INSERT INTO "attempted_loads" VALUES('0a9c9c46c10041028d904720e0bb3d14');
CREATE TABLE batch_dates (
	batch_id VARCHAR(64) NOT NULL, 
	table_name VARCHAR(64) NOT NULL, 
	touched_date DATE NOT NULL, 
	PRIMARY KEY (batch_id, table_name, touched_date), 
	FOREIGN KEY(batch_id) REFERENCES batches (batch_id)
);
INSERT INTO "batch_dates" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','playback_events','2026-06-01');
CREATE TABLE batch_sources (
	batch_id VARCHAR(64) NOT NULL, 
	source_name VARCHAR(800) NOT NULL, 
	PRIMARY KEY (batch_id, source_name), 
	FOREIGN KEY(batch_id) REFERENCES batches (batch_id)
);
INSERT INTO "batch_sources" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','a.ndjson');
INSERT INTO "batch_sources" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','b.ndjson');
CREATE TABLE batches (
	batch_id VARCHAR(64) NOT NULL, 
	feed VARCHAR(64) NOT NULL, 
	source_name VARCHAR(800) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	line_count BIGINT NOT NULL, 
	landed_at DATETIME NOT NULL, 
	bronze_at DATETIME, 
	silver_at DATETIME, 
	published_at DATETIME, 
	blocked_at DATETIME, 
	blocked_stage VARCHAR(16), 
	blocked_reason TEXT, 
	accepted_count BIGINT, 
	quarantined_count BIGINT, 
	duplicate_count BIGINT, 
	accepted_hash VARCHAR(40), 
	duplicate_hash VARCHAR(40), 
	withheld_count BIGINT NOT NULL, 
	next_stage VARCHAR(16) NOT NULL, 
	PRIMARY KEY (batch_id)
);
INSERT INTO "batches" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','events','a.ndjson',10,2,'2026-06-01 12:00:00.000000','2026-06-01 12:00:00.000000','2026-06-01 12:00:00.000000',NULL,NULL,NULL,NULL,1,1,0,'10','0',0,'published');
INSERT INTO "batches" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','events','b.ndjson',10,2,'2026-06-01 12:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'bronze');
CREATE TABLE dates_due (
	session_date DATE NOT NULL, 
	marked_by VARCHAR(64) NOT NULL, 
	PRIMARY KEY (session_date)
);
INSERT INTO "dates_due" VALUES('2026-06-01','load-1');
CREATE TABLE key_epochs (
	epoch INTEGER NOT NULL, 
	check_value VARCHAR(16) NOT NULL, 
	first_used_at DATETIME NOT NULL, 
	PRIMARY KEY (epoch)
);
INSERT INTO "key_epochs" VALUES(1,'aaaaaaaaaaaaaaaa','2026-06-01 12:00:00.000000');
CREATE TABLE load_batches (
	load_id VARCHAR(64) NOT NULL, 
	batch_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (load_id, batch_id), 
	FOREIGN KEY(load_id) REFERENCES loads (load_id), 
	FOREIGN KEY(batch_id) REFERENCES batches (batch_id)
);
INSERT INTO "load_batches" VALUES('13f526e1bbec4a939f3afc691814067e','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO "load_batches" VALUES('0a9c9c46c10041028d904720e0bb3d14','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
CREATE TABLE loads (
	load_id VARCHAR(64) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	PRIMARY KEY (load_id)
);
INSERT INTO "loads" VALUES('13f526e1bbec4a939f3afc691814067e','bronze','2026-11-30 03:03:27.796958','2026-06-01 12:00:00.000000');
INSERT INTO "loads" VALUES('0a9c9c46c10041028d904720e0bb3d14','silver','2026-11-30 03:03:27.830821','2026-06-01 12:00:00.000000');
CREATE INDEX batches_by_next_stage ON batches (next_stage, landed_at, batch_id);
CREATE INDEX batches_by_name ON batches (source_name);
CREATE UNIQUE INDEX one_open_load_a_stage ON loads (stage) WHERE closed_at IS NULL;
CREATE INDEX newest_date_of_table ON batch_dates (table_name, touched_date);
CREATE INDEX ix_load_batches_batch_id ON load_batches (batch_id);
COMMIT;
