/* folders.h - folders that settings name and nobody has made yet. */
#ifndef CORDON_FOLDERS_H
#define CORDON_FOLDERS_H

#include "settings.h"

/* Makes the folders of the store, of the workers' temporary files and of the milter socket where
 * they are missing, for the users who will write there. CONFIG if one cannot be made. */
int folders_make(const Settings *settings, GError **error);

#endif
