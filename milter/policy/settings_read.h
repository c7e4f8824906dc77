/* settings_read.h - cordon.conf for a ruleset, which collects the problems of all its files. */
#ifndef CORDON_POLICY_SETTINGS_READ_H
#define CORDON_POLICY_SETTINGS_READ_H

#include "problems.h"
#include "settings.h"

/* NULL only when the file cannot be read; what is wrong in it is added to problems. */
Settings *settings_read(const char *dir, GChecksum *checksum, Problems *problems);

#endif
