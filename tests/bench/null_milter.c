/* null-milter: reads everything and accepts; with --no-reply it asks the MTA to wait for nothing
 * but the end of a message, as cordond does. The measure that cordond is held against. With
 * --insert NAME VALUE it puts a field on top of each message, as OpenDKIM does, and with --tell
 * NAME it adds a field that says how many fields of the name X-Cordon it was shown: a second milter
 * beside cordond. */
#include <libmilter/mfapi.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

static int no_reply;
static char *insert_name, *insert_value, *tell_name;

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
             unsigned long *pf0, unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
  unsigned long wanted = SMFIP_HDR_LEADSPC;

  if (no_reply)
    wanted |= SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |
              SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY | SMFIP_NR_UNKN | SMFIP_NOUNKNOWN;
  *pf0 = f0;
  *pf1 = f1 & wanted;
  *pf2 = *pf3 = 0;
  return SMFIS_CONTINUE;
}

static unsigned long bytes_seen;

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
  __atomic_fetch_add(&bytes_seen, strlen(name) + strlen(value), __ATOMIC_RELAXED);
  if (tell_name != NULL && strcasecmp(name, "X-Cordon") == 0)
    smfi_setpriv(ctx, (char *)smfi_getpriv(ctx) + 1); /* a number, no address */
  return SMFIS_CONTINUE;
}

static sfsistat
on_eoh(SMFICTX *ctx)
{
  return SMFIS_CONTINUE;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *chunk, size_t len)
{
  __atomic_fetch_add(&bytes_seen, len, __ATOMIC_RELAXED);
  return SMFIS_CONTINUE;
}

static sfsistat
on_eom(SMFICTX *ctx)
{
  char text[32];

  snprintf(text, sizeof text, " %zu", (size_t)smfi_getpriv(ctx));
  smfi_setpriv(ctx, NULL);
  if ((insert_name != NULL && smfi_insheader(ctx, 0, insert_name, insert_value) != MI_SUCCESS) ||
      (tell_name != NULL && smfi_addheader(ctx, tell_name, text) != MI_SUCCESS))
    return SMFIS_TEMPFAIL;
  return SMFIS_CONTINUE;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
  smfi_setpriv(ctx, NULL);
  return SMFIS_CONTINUE;
}

static int
read_options(int argc, char **argv)
{
  int i = 1;

  for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++)
    if (strcmp(argv[i], "--no-reply") == 0) {
      no_reply = 1;
    } else if (strcmp(argv[i], "--insert") == 0 && i + 2 < argc) {
      insert_name = argv[++i];
      insert_value = argv[++i];
    } else if (strcmp(argv[i], "--tell") == 0 && i + 1 < argc) {
      tell_name = argv[++i];
    } else {
      return argc;
    }
  return i;
}

int
main(int argc, char **argv)
{
  struct smfiDesc desc = {.xxfi_name = "null-milter",
                          .xxfi_version = SMFI_VERSION,
                          .xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY,
                          .xxfi_header = on_header,
                          .xxfi_eoh = on_eoh,
                          .xxfi_body = on_body,
                          .xxfi_eom = on_eom,
                          .xxfi_abort = on_abort,
                          .xxfi_negotiate = on_negotiate};
  int at = read_options(argc, argv);

  if (at != argc - 1 || smfi_setconn(argv[at]) != MI_SUCCESS || smfi_register(desc) != MI_SUCCESS) {
    fprintf(stderr, "Usage: null-milter [--no-reply] [--insert NAME VALUE] [--tell NAME] SOCKET\n");
    return EX_USAGE;
  }
  return smfi_main() == MI_SUCCESS ? EX_OK : EX_UNAVAILABLE;
}
