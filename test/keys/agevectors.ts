/**
 * Files that Debian's age 1.1.1 made, of the text "made by age 1.1.1" and a line feed.
 *
 *     age-keygen -o id.txt
 *     age -p -a -o pass.age plain.txt               # the passphrase was typed through a pseudo-terminal
 *     age -a -r age1gcxc... -o recipient.age plain.txt
 *     age -r age1gcxc... plain.txt | base64 -w0
 */

export const PLAIN = "made by age 1.1.1\n";
export const PASSPHRASE = "correct horse battery staple";
export const IDENTITY = "AGE-SECRET-KEY-149948HT3NGTF2XSGZ873MF3WE270VJQ38QZWW2TLQNGMK2HUJ33Q6JKUJA";
export const RECIPIENT = "age1gcxcsz7mtdj0xdsrw0jyzetdslg09qwaj2wtkz5xp4gqmytdv4eszx0ep3";

/** Work factor 18, which takes a second or two. */
export const BY_PASSPHRASE = `-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCA0UHpzNFE1N2k0dGhwSS9s
VHVTWHRnIDE4CnhkOEJPQnpjUFVYQ09BNjgyeUkraEs3N25TaFFjd2ZxUldMdmFW
OURCalkKLS0tIHh1R0NlVTRiOWdYUjNrMFpubGJ3MHBCMHJDZ28yQVpXenczTXBJ
dTBsa28KZB1m918rDNFk2TDucewistXw6D6MXfVUTQ28V1acrv0AIkaRBmQwU+/G
pJlBO+p9Zhk=
-----END AGE ENCRYPTED FILE-----
`;

export const TO_RECIPIENT = `-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBlK2orTEJsbytFVllhNnZs
d011RUloMjZFZkpyK2dYNWI3ZDlJL2RUeGxzCk9YR2JKR2NtVTNJMW4vczdwRGhr
cDlkN2RlM0RnbFNkcFRGcHZGdUlTcmsKLS0tIGs4U3g3VmJHYzJOWURROUhvR2RW
SWgrNjZSUWFzTitZOFpkNWdza0lRUXcKlRwkmZYbxlcqcJ6O85H0F+Ovf3TdDeLD
7R7p40L0vqIojPGOZrGn0oPJ8u5A3+zDb+o=
-----END AGE ENCRYPTED FILE-----
`;

/** The same without armor. */
export const BINARY_TO_RECIPIENT = Buffer.from(
  [
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBEbldzQm16TEJteWwzTW5qeklCMmZPV0o5OEhHQkl6bSt4RURyVm14VUJr",
    "CktPQW4yalhlNW5BZWp6cHZZeFMzVEpxcjVybEsvV2VMQ01EY2ZYSmQxbmcKLS0tIGxGUTBwOFBLNkwvSUtKUDcxb0xGUEh2SjZn",
    "V3lLdTVKQ2pYWitweW1MVVkK22jz9SZDMZPHIZzzUJw9ZF2dRUIeDCP4G6i5UehLaRa4iOvDuSpvgbys6sodTN2lIb8=",
  ].join(""),
  "base64",
);
