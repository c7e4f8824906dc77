/* Signatures of ssh-keygen: which are read, whose they are, and that no other byte is signed. */
#include "signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Made by ssh-keygen -Y sign -n cordon-exceptions (or as named) with the key below. */
#define BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define END   "-----END SSH SIGNATURE-----\n"
static const char public[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBxg7lTMC4DoSOxrjUJzBN3zIV7AOQxqPPw0ymCBgEYU";
static const char print[] = "SHA256:5o4QMzW+YfWmEN17PuQjs7/1+2Cf5AmE+2L44XZ6oNk";
static const char text[] = "cordon exception 1\nuser: a@b.example\n";
static const char by_sha512[] =
    BEGIN "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgHGDuVMwLgOhI7GuNQnME3fMhXsA5DGo8/DTK"
          "YIGARhQAAAARY29yZG9uLWV4Y2VwdGlvbnMAAAAAAAAABnNoYTUxMgAAAFMAAAALc3NoLWVkMjU1MTkA"
          "AABATh59uKGgjq5n65Typ/nPjNo7y9WX5iouXVHLaHTM8Taa6l/PwYry2fDgldDqrv4pngiIrTR8KGut"
          "CeL/hrRHCA=="
          "\n" END;
static const char by_sha256[] =
    BEGIN "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgHGDuVMwLgOhI7GuNQnME3fMhXsA5DGo8/DTK"
          "YIGARhQAAAARY29yZG9uLWV4Y2VwdGlvbnMAAAAAAAAABnNoYTI1NgAAAFMAAAALc3NoLWVkMjU1MTkA"
          "AABAAysO7UBf7h6pfiIMSK1pHd5LpzmtW52sIFCTUCfAukmc74dlCO98bFzQEx9cjPWEv8CqQioQ7NMv"
          "63NgbvaJCg=="
          "\n" END;
static const char for_files[] =
    BEGIN "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgHGDuVMwLgOhI7GuNQnME3fMhXsA5DGo8/DTK"
          "YIGARhQAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBV0QowYBIL6aHS"
          "BeEby/GcZrNnfHYBGQaj2zbFOqzbRp5ZkPxnEHVLbQpMExrR6KZebNLf6+R1hMrLudOc6GsN"
          "\n" END;

static int
setup(void **state)
{
  signature_start();
  return 0;
}

static void
test_keys(void **state)
{
  static const char *const wrong[] = {
      "",
      "ssh-ed25519",
      "ssh-ed25519 ",
      "ssh-ed25519 AAAA",
      "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIBxg7lTMC4DoSOxrjUJzBN3zIV7AOQxqPPw0ymCBgEYU",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBxg7lTMC4DoSOxrjUJzBN3zIV7AOQxqPPw0ymCB",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBxg7lTMC4DoSOxrjUJzBN3zIV7AOQxqPPw0ymCBgEYUAAAA",
      "ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAABAQ==",
  };
  guchar key[PUBLIC_KEY_SIZE];
  g_autofree char *with_words = g_strconcat(public, " a@dept.example of the registry", NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
    if (public_key_read(key, wrong[i]))
      fail_msg("\"%s\" was read as a key", wrong[i]);
  assert_true(public_key_read(key, with_words));
  g_autofree char *shown = public_key_fingerprint(key);
  assert_string_equal(shown, print);
}

static void
test_signatures(void **state)
{
  static const struct {
    const char *label, *signature, *text, *wrong;
    gboolean is_of;
  } cases[] = {
      {"sha512", by_sha512, text, NULL, TRUE},
      {"sha256", by_sha256, text, NULL, TRUE},
      {"a letter more", by_sha512, "cordon exception 1\nuser: a@b.examples\n", NULL, FALSE},
      {"other line ends", by_sha512, "cordon exception 1\r\nuser: a@b.example\r\n", NULL, FALSE},
      {"no text", by_sha512, "", NULL, FALSE},
      {"another namespace", for_files, text, "was made for something else", FALSE},
      {"no signature", "hello", text, "is no signature", FALSE},
      {"no end", BEGIN "U1NIU0lHAAAAAQ==\n", text, "is no signature", FALSE},
      {"nothing in it", BEGIN END, text, "is no signature", FALSE},
      {"cut off", BEGIN "U1NIU0lHAAAAAQAAADMAAAALc3No\n" END, text, "is no signature", FALSE},
      {"another version", BEGIN "U1NIU0lHAAAAAgAAADMAAAALc3No\n" END, text, "is no signature",
       FALSE},
      {"a length beyond all", BEGIN "U1NIU0lHAAAAAf////8AAAALc3No\n" END, text, "is no signature",
       FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(Signature) signature = {0};
    const char *wrong = signature_read(&signature, cases[i].signature);

    if ((wrong == NULL) != (cases[i].wrong == NULL) ||
        (wrong != NULL && strstr(wrong, cases[i].wrong) == NULL))
      fail_msg("%s: %s", cases[i].label, wrong != NULL ? wrong : "was read");
    if (wrong == NULL &&
        signature_is_of(&signature, cases[i].text, strlen(cases[i].text)) != cases[i].is_of)
      fail_msg("%s: %s", cases[i].label, cases[i].is_of ? "is not of it" : "is of it");
  }
}

/* Whatever digit of it is another: it is not read, or is not of the text. (Half of the last one is
 * not used.) */
static void
test_each_digit(void **state)
{
  g_autofree char *copy = g_strdup(by_sha512);
  const size_t first = strlen(BEGIN), last = strlen(copy) - strlen("A==\n" END);

  for (size_t i = first; i < last; i++) {
    g_auto(Signature) signature = {0};
    char was = copy[i];

    copy[i] = was == 'A' ? 'B' : 'A';
    if (was != '\n' && signature_read(&signature, copy) == NULL &&
        signature_is_of(&signature, text, strlen(text)))
      fail_msg("digit %zu may be another one", i - first);
    copy[i] = was;
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_signatures),
      cmocka_unit_test(test_each_digit),
  };

  return cmocka_run_group_tests(tests, setup, NULL);
}
