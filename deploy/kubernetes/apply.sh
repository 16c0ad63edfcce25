#!/bin/sh
# Apply an overlay to the cluster in the order that the suite needs:
#   deploy/kubernetes/apply.sh deploy/kubernetes/overlays/state
# Queues must exist before anything is published to them, so the publishers come last.
set -eu
overlay=${1:?name the folder of an overlay, such as deploy/kubernetes/overlays/state}
role=app.kubernetes.io/component

kubectl apply -k "$overlay" -l "!$role"
kubectl -n credence wait --timeout=20m --for=condition=Ready clusters.postgresql.cnpg.io/database
kubectl -n credence wait --timeout=20m --for=condition=AllReplicasReady rabbitmqclusters.rabbitmq.com/broker
kubectl -n credence wait --timeout=5m --for=jsonpath='{.status.applied}'=true databases.postgresql.cnpg.io --all
kubectl -n credence wait --timeout=5m --for=condition=Ready permissions.rabbitmq.com,topicpermissions.rabbitmq.com --all

# A Job cannot be changed, only deleted and created again.
kubectl -n credence delete job -l "$role=migrate" --ignore-not-found
kubectl apply -k "$overlay" -l "$role=migrate"
kubectl -n credence wait --timeout=40m --for=condition=Complete job -l "$role=migrate"

kubectl apply -k "$overlay" -l "$role,$role!=migrate"
kubectl -n credence rollout status deployment --timeout=20m
