from rtfm_mmaction.workshop.cli.sample_efficiency import main

if __name__ == '__main__':
    raise SystemExit(main())
