/* anomaly.c - names and severities of anomalies. */
#include "anomaly.h"

static const char *const names[] = {
#define X(id, name, ambiguous) [ANOMALY_##id] = name,
    ANOMALY_TABLE(X)
#undef X
};

static const gboolean ambiguities[] = {
#define X(id, name, ambiguous) [ANOMALY_##id] = ambiguous,
    ANOMALY_TABLE(X)
#undef X
};

const char *
anomaly_name(AnomalyKind kind)
{
  return (unsigned)kind < ANOMALY_KINDS ? names[kind] : "unknown";
}

/* What nobody knows is never harmless. */
gboolean
anomaly_is_ambiguous(AnomalyKind kind)
{
  return (unsigned)kind < ANOMALY_KINDS ? ambiguities[kind] : TRUE;
}
