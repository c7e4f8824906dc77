/* status.h - the state of the front as text, for people and for Prometheus. */
#ifndef CORDON_STATUS_H
#define CORDON_STATUS_H

#include <glib.h>

#include "session.h"

/* One JSON object and a line end: {"v":1,"health":"ok|degraded|failing","problems":[…],…}.
 * failing: mail gets temporary failures now; degraded: it is judged, but somebody should look. New
 * string */
char *status_json(const Front *front);

/* Prometheus' text format, version 0.0.4. New string. */
char *status_metrics(const Front *front);

#endif
