/* null-milter: reads everything and accepts; with --no-reply it asks the MTA to wait for nothing
 * but the end of a message, as cordond does. The measure that cordond is held against. */
#include <libmilter/mfapi.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static int no_reply;

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
  return SMFIS_CONTINUE;
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
                          .xxfi_negotiate = on_negotiate};

  if (argc == 3 && strcmp(argv[1], "--no-reply") == 0) {
    no_reply = 1;
    argv++;
    argc--;
  }
  if (argc != 2 || smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(desc) != MI_SUCCESS) {
    fprintf(stderr, "Usage: null-milter [--no-reply] SOCKET\n");
    return EX_USAGE;
  }
  return smfi_main() == MI_SUCCESS ? EX_OK : EX_UNAVAILABLE;
}
