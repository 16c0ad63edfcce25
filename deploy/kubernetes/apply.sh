#!/bin/sh
# Bring the cluster to what an overlay says, in the order that the suite needs:
#   deploy/kubernetes/apply.sh deploy/kubernetes/overlays/state
# Queues must exist before anything is published to them, so all that publishes comes last.
set -eu
overlay=${1:?the folder of an overlay}
role=app.kubernetes.io/component

kubectl apply -k "$overlay" -l "!$role"
kubectl -n credence wait --timeout=20m --for=condition=Ready clusters.postgresql.cnpg.io/database
kubectl -n credence wait --timeout=20m --for=condition=AllReplicasReady rabbitmqclusters.rabbitmq.com/broker
kubectl -n credence wait --timeout=5m --for=jsonpath='{.status.applied}'=true databases.postgresql.cnpg.io --all
kubectl -n credence wait --timeout=5m --for=condition=Ready permissions.rabbitmq.com,topicpermissions.rabbitmq.com --all

# A Job cannot be changed, only made anew.
kubectl -n credence delete job -l "$role=migrate" --ignore-not-found
kubectl apply -k "$overlay" -l "$role=migrate"
kubectl -n credence wait --timeout=40m --for=condition=Complete job -l "$role=migrate"

kubectl apply -k "$overlay" -l "$role,$role!=migrate"
kubectl -n credence rollout status deployment --timeout=20m
