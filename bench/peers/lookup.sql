-- What a FastAPI developer would store for this job: a finished document a number, and sorted names.
create table educator (number_key text primary key, document text not null);
create table name (
    last text not null, first text not null, educator_number text not null,
    primary key (last, first, educator_number)
);
-- What the ORM's mapped classes need.
create table person (
    number_key text primary key, educator_number text not null, name text not null,
    former_last_names jsonb not null
);
create table certificate (
    certificate_number text primary key, number_key text not null, holder_name text not null,
    title text not null, type text not null, authorizations jsonb not null, rank text,
    issued_on date not null, effective_on date not null, expires_on date,
    status text not null, status_text text not null, notices jsonb not null
);
