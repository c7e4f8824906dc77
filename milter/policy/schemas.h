/* schemas.h - what each rules file may hold; every schema stands where its file is read. */
#ifndef CORDON_POLICY_SCHEMAS_H
#define CORDON_POLICY_SCHEMAS_H

#include "syntax.h"

extern const Schema settings_schema;   /* cordon.conf */
extern const Schema rule_schema;       /* policy.conf */
extern const Schema group_schema;      /* types.conf */
extern const Schema lookup_schema;     /* groups.conf */
extern const Schema notice_schema;     /* notices.conf */
extern const Schema service_schema;    /* services/ *.conf */
extern const Schema approval_schema;   /* exceptions.conf */
extern const Schema key_schema;        /* keys.conf */
extern const Schema delegation_schema; /* delegations.conf */
extern const Schema test_schema;       /* tests/ *.conf */

#endif
