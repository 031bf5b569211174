// The people of `keydesk seed --cast`, as the tests know them.

export interface Person {
  username: string;
  name: string;
  password: string;
}

/** The password of everybody in the cast who has one. */
export const PASSWORD = 'violet tractor humming seventeen';

/** Another that is good enough, for those who change theirs. */
export const NEW_PASSWORD = 'lantern orbit mustard quarry';

const person = (username: string, name: string): Person => ({ username, name, password: PASSWORD });

export const cast = {
  /** The first administrator. */
  ana: person('ana', 'Ana Moreira'),
  /** The second administrator. */
  grace: person('grace', 'Grace Okafor'),
  /** May create users and assign groups, as far as his own rights go. */
  tomas: person('tomas', 'Tomás Herrera'),
  /** Sees everything and changes nothing. */
  priya: person('priya', 'Priya Raghunathan'),
  /** Has no group, and so no rights. */
  ingrid: person('ingrid', 'Ingrid Sólveigardóttir'),
  samuelWhoIsDisabled: person('samuel', 'Samuel Adeyemi'),
  yutongWhoIsInvited: person('yutong', 'Yutong Li'),
};
