// Names of invented companies and people. Any likeness to a real one is chance.
import type { Random } from './random.ts';

const FIRST_WORDS = [
  'Alder',
  'Amber',
  'Anchor',
  'Birch',
  'Bramble',
  'Cedar',
  'Cinder',
  'Clover',
  'Copper',
  'Coral',
  'Dapple',
  'Drift',
  'Ember',
  'Falcon',
  'Fern',
  'Foxglove',
  'Granite',
  'Harbour',
  'Hazel',
  'Heron',
  'Indigo',
  'Ivy',
  'Juniper',
  'Kestrel',
  'Lantern',
  'Lark',
  'Linden',
  'Lumen',
  'Maple',
  'Marigold',
  'Meadow',
  'Nettle',
  'Nimbus',
  'Orchard',
  'Osprey',
  'Pebble',
  'Plover',
  'Quill',
  'Rowan',
  'Saffron',
  'Sable',
  'Tern',
  'Thistle',
  'Umber',
  'Violet',
  'Willow',
  'Wren',
  'Yarrow',
] as const;
const INDUSTRIES = [
  ['Analytics', 'software'],
  ['Robotics', 'manufacturing'],
  ['Logistics', 'logistics'],
  ['Health', 'healthcare'],
  ['Studios', 'media'],
  ['Foods', 'retail'],
  ['Energy', 'energy'],
  ['Finance', 'finance'],
  ['Labs', 'research'],
  ['Travel', 'travel'],
  ['Learning', 'education'],
  ['& Sons', 'construction'],
] as const;
const GIVEN_NAMES = [
  'Ada',
  'Amir',
  'Ana',
  'Bea',
  'Ben',
  'Chidi',
  'Clara',
  'Dana',
  'Elif',
  'Emil',
  'Farah',
  'Finn',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kofi',
  'Lena',
  'Leo',
  'Mai',
  'Marta',
  'Mina',
  'Nils',
  'Noor',
  'Olga',
  'Omar',
  'Priya',
  'Rafa',
  'Rosa',
  'Sam',
  'Sofia',
  'Tariq',
  'Theo',
  'Uma',
  'Vera',
  'Wen',
  'Yara',
  'Zoe',
] as const;
const FAMILY_NAMES = [
  'Abara',
  'Bauer',
  'Castro',
  'Dahl',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ito',
  'Jansen',
  'Kaya',
  'Kowalski',
  'Lind',
  'Moreau',
  'Nagy',
  'Okafor',
  'Patel',
  'Quist',
  'Rossi',
  'Silva',
  'Tanaka',
  'Ueda',
  'Vogel',
  'Wagner',
  'Yilmaz',
  'Zeman',
] as const;

export interface CompanyName {
  readonly id: string;
  readonly name: string;
  readonly industry: string;
}

/** `count` different names in an order of their own; beyond 576 they carry a number. */
export function nameCompanies(count: number, random: Random): readonly CompanyName[] {
  const all = FIRST_WORDS.flatMap((word) =>
    INDUSTRIES.map(([suffix, industry]) => ({ name: `${word} ${suffix}`, industry })),
  )
    .map((company) => ({ company, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ company }) => company);
  return Array.from({ length: count }, (_, i) => {
    const base = all[i % all.length] ?? { name: 'Company', industry: 'software' };
    const name = i < all.length ? base.name : `${base.name} ${Math.floor(i / all.length) + 1}`;
    return { id: slug(name), name, industry: base.industry };
  });
}

export function namePerson(
  random: Random,
  domain: string,
): { readonly name: string; readonly email: string } {
  const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
  return { name, email: `${slug(name).replace('-', '.')}@${domain}.example` };
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('&', 'and')
    .replaceAll(/[^a-z0-9]+/g, '-');
