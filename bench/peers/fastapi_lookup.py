"""The peer to be level with: FastAPI and asyncpg on PostgreSQL, one finished document a row."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException, Response

BY_NUMBER = "select document from educator where number_key = $1"
BY_NAME = """
select document from name join educator on number_key = educator_number
where last >= $1 and last < $2 and first >= $3 and first < $4
order by last, first, educator_number limit 20
"""
LAST_LETTER = "\U0010ffff"


@asynccontextmanager
async def pool(app: FastAPI) -> AsyncIterator[None]:
    """Four connections a worker, with statements prepared by asyncpg itself."""
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=4, max_size=4) as opened:
        app.state.pool = opened
        yield


app = FastAPI(lifespan=pool)


@app.get("/lookup/api/educators/{number}")
async def show_educator(number: str) -> Response:
    """One educator's document."""
    document = await app.state.pool.fetchval(BY_NUMBER, number)
    if document is None:
        raise HTTPException(404)
    return Response(document, media_type="application/json")


@app.get("/lookup/api/educators")
async def list_educators(name: str) -> Response:
    """The first 20 educators of a name, given as the beginnings of `last, first`."""
    last, _, first = name.lower().partition(", ")
    values = (last, last + LAST_LETTER, first, first + LAST_LETTER)
    rows = await app.state.pool.fetch(BY_NAME, *values)
    return Response(f"[{','.join(row[0] for row in rows)}]", media_type="application/json")
