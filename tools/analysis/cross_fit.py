from rtfm_mmaction.workshop.cli.cross_fit import main

if __name__ == '__main__':
    main()
