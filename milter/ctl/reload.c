#include "ctl.h"

#include <stdio.h>
#include <sysexits.h>

#include "error.h"

int
ctl_reload(int argc, char **argv)
{
  g_autofree char *rules = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  if (ctl_gateway_options(argc, argv, NULL,
                          "Has the running cordond read rules and signatures again, and waits for "
                          "it. Exit status 0, or 78 when they are refused and the old ones stay.",
                          &rules) != 0)
    return EX_USAGE;
  status = ctl_ask_gateway(rules, "POST /reload", &body, &error);
  if (status < 0) {
    fprintf(stderr, "cordon reload: %s\n", error->message);
    return cordon_error_exit(error) == EX_CONFIG ? EX_CONFIG : EX_UNAVAILABLE;
  }
  if (status == 200)
    return EX_OK;
  fprintf(stderr, "%srefused; the old rules stay\n", body);
  return status == 409 ? EX_CONFIG : EX_TEMPFAIL;
}
