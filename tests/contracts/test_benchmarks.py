"""Readers accept what the benchmarks send; a refused message would keep a benchmark waiting."""

from datetime import UTC, datetime

from bench import chain, population
from contracts.certification import CertificateIssued
from contracts.envelope import decode
from contracts.event import source_of


def test_the_messages_of_the_chain_are_accepted_under_their_topic() -> None:
    facts = list(chain.facts(2))
    bodies = [written.body for written in chain.written(facts)]
    assert [decode(body, CertificateIssued.topic).event for body in bodies] == facts


def test_the_facts_of_the_product_are_recorded_by_their_publisher() -> None:
    assert source_of(chain.SPEAKER) in CertificateIssued.sources()


def test_the_messages_of_the_population_are_accepted_under_their_topic() -> None:
    for fact in population.facts_of(2):
        body = population.message_of(fact, datetime.now(UTC))
        assert decode(body, CertificateIssued.topic).event == fact
